import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, it } from "node:test";
import { status } from "@grpc/grpc-js";
import { eventually } from "@tollbook/testing";
import { openShop, type Shop } from "./shop.ts";

let shop: Shop;
afterEach(() => shop.close());

const kinds = () => [...new Set(shop.troubles.map(({ kind }) => kind))];

describe("tollbook() in trouble", () => {
  it("says in one sentence that settings are missing, answers 503, and leaves the host alone", async () => {
    shop = await openShop({ url: "", rootKey: "" });
    assert.deepEqual(kinds(), ["settings"]);
    assert.match(shop.troubles[0]?.message ?? "", /^TOLLBOOK_URL is not set/);
    const answer = await shop.callOnce("/v1/who", "tb_live_0000000000000000000000_000000");
    assert.ok([401, 503].includes(answer.status));
    assert.equal(shop.troubles.length, 2);
  });

  it("says that the address leads nowhere, and what becomes of calls", async () => {
    shop = await openShop({ url: "http://127.0.0.1:9" });
    const { key } = shop.platform.addCustomer("abc");
    const answer = await shop.callOnce("/v1/who", key);
    assert.equal(answer.status, 503);
    assert.equal(answer.headers.get("retry-after"), "1");
    await eventually(() => assert.deepEqual(kinds(), ["unreachable"]));
    assert.match(
      shop.troubles[0]?.message ?? "",
      /^Tollbook at http:\/\/127\.0\.0\.1:9 does not answer .* answered 503/,
    );
  });

  it("says that the root key is refused", async () => {
    shop = await openShop({ rootKey: "tb_root_of_somebody_else" });
    await eventually(() => assert.deepEqual(kinds(), ["key-refused"]));
    assert.match(
      shop.troubles[0]?.message ?? "",
      /refuses TOLLBOOK_KEY: There is no such root key/,
    );
  });

  it("lets all calls pass in shadow mode, and counts them when Tollbook is back", async () => {
    shop = await openShop({ mode: "shadow" });
    const { key } = shop.platform.addCustomer("abc", 1);
    assert.equal((await shop.call("/v1/who", key)).status, 200);
    shop.platform.failure = { code: status.UNAVAILABLE, details: "metering is down" };
    for (let i = 0; i < 5; i += 1) assert.equal((await shop.call("/v1/who", key)).status, 200);
    shop.platform.failure = undefined;
    await eventually(async () => {
      await shop.gate.flush(500);
      assert.equal(shop.platform.metering.calls("abc"), 6);
    });
  });

  it("goes on with what it knows while Tollbook restarts, and loses no count", async () => {
    shop = await openShop();
    const { key } = shop.platform.addCustomer("abc", 1_000);
    const call = async () => (await shop.call("/v1/forecast/pune", key)).status;
    for (let i = 0; i < 20; i += 1) assert.equal(await call(), 200);
    const port = shop.platform.stop();
    const during = (await shop.callOnce("/v1/forecast/pune", key)).status;
    await shop.platform.start(port);
    await eventually(async () => assert.equal(await call(), 200), { withinMs: 15_000 });
    const passed = shop.gate.counts.allowed;
    await eventually(async () => {
      await shop.gate.flush(500);
      assert.equal(shop.platform.metering.calls("abc"), passed);
    });
    assert.ok(during === 200 || during === 503);
  });

  it("survives options of the host that throw", async () => {
    const fail = () => {
      throw new Error("the host's own mistake");
    };
    shop = await openShop({ skip: fail, units: () => 0.5 });
    const { key } = shop.platform.addCustomer("abc");
    assert.equal((await shop.call("/v1/who", key)).status, 200);
    assert.deepEqual(kinds(), ["options"]);
    assert.match(shop.troubles[0]?.message ?? "", /"skip" of tollbook\(\) failed: .*own mistake/);
  });

  it("keeps on disk what could not be delivered, and delivers it at the next start", async () => {
    const spool = mkdtempSync(join(tmpdir(), "tollbook-spool-"));
    shop = await openShop({ spool });
    const { platform } = shop;
    const { key } = platform.addCustomer("abc");
    for (let i = 0; i < 3; i += 1) await shop.call("/v1/who", key);
    await shop.gate.flush();
    platform.failure = { code: status.UNAVAILABLE, details: "down" };
    for (let i = 0; i < 4; i += 1) await shop.call("/v1/who", key);
    await shop.gate.stop(300);
    assert.equal(platform.metering.calls("abc"), 3);
    assert.equal(readdirSync(spool).length, 1);
    platform.failure = undefined;
    const again = await openShop({ spool, platform });
    await eventually(() => {
      assert.equal(platform.metering.calls("abc"), 7);
      assert.deepEqual(readdirSync(spool), []);
    });
    await again.close();
    rmSync(spool, { recursive: true });
  });

  it("says how many calls are lost when it stops without a spool", async () => {
    shop = await openShop({ mode: "meter-only" });
    const { key } = shop.platform.addCustomer("abc");
    await shop.call("/v1/who", key);
    shop.platform.failure = { code: status.UNAVAILABLE, details: "down" };
    for (let i = 0; i < 4; i += 1) await shop.call("/v1/who", key);
    await shop.gate.stop(300);
    const lost = shop.troubles.filter(({ kind }) => kind === "usage-lost");
    const counted = shop.platform.metering.calls("abc");
    assert.equal(
      lost.reduce((sum, trouble) => sum + trouble.lost, counted),
      5,
    );
  });
});
