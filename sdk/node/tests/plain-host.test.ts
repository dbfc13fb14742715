import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { createTollbook, type GateCall, type Tollbook, type Verdict } from "../src/index.ts";
import { FakePlatform, rootKey } from "./fake-platform.ts";

describe("createTollbook, for hosts without Express", () => {
  const platform = new FakePlatform();
  let tollbook: Tollbook;
  before(async () => {
    await platform.start();
    tollbook = createTollbook({ url: platform.url, key: rootKey });
  });
  after(async () => {
    await tollbook.stop(1_000);
    platform.stop();
  });
  const decided = async (call: GateCall): Promise<Verdict> => {
    for (;;) {
      const verdict = await tollbook.check(call);
      if (verdict.code !== "UNAVAILABLE") return verdict;
    }
  };

  it("decides, counts what is settled, and tells how calls were decided", async () => {
    const { key } = platform.addCustomer("abc", 2);
    const call: GateCall = { key, endpoint: "/rpc/{method}", method: "RPC", count: "later" };
    const verdicts = [await decided(call), await decided(call), await decided(call)];
    for (const verdict of verdicts) verdict.settle({ status: 200, latencyMs: 1, units: 5 });
    assert.deepEqual(
      verdicts.map(({ code }) => code),
      ["ALLOWED", "ALLOWED", "QUOTA_EXHAUSTED"],
    );
    assert.equal(await tollbook.flush(), true);
    assert.equal(platform.metering.calls("abc"), 2);
    assert.equal(tollbook.counts.allowed, 2);
    assert.equal(tollbook.counts.refused.QUOTA_EXHAUSTED, 1);
    const counted = platform.metering.counted.find(({ refused }) => !refused);
    assert.deepEqual([counted?.endpoint, counted?.units], ["/rpc/{method}", 5]);
  });

  it("knows the platform's business time", async () => {
    const future = Date.now() + 30 * 86_400_000;
    platform.metering.businessMs = () => future;
    const { key } = platform.addCustomer("later");
    await decided({ key, endpoint: "/", method: "GET" });
    assert.ok(Math.abs(tollbook.businessMs - future) < 5_000);
  });

  it("decides a warm call at once, without a promise", async () => {
    const { key } = platform.addCustomer("warm", 1_000);
    const call = { key, endpoint: "/", method: "GET" };
    await decided(call);
    assert.equal(tollbook.check(call) instanceof Promise, false);
  });
});
