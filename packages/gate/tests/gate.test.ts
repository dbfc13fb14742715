import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { GateWorld } from "./gate-world.ts";

describe("a gate with one key and a hard limit of 1,000", () => {
  it("lets exactly 1,000 calls through, refuses the rest, and all are recorded", async () => {
    const world = new GateWorld();
    const key = world.key("free-rider");
    world.limit({ name: "monthly", customerId: "free-rider", limit: 1_000 });
    const gate = world.gate();
    let [allowed, refused] = [0, 0];
    for (let call = 0; call < 1_500; call += 1) {
      const verdict = await world.check(gate, { key, count: "later" });
      verdict.settle({ status: 200, latencyMs: 1 });
      if (verdict.allowed) allowed += 1;
      else refused += 1;
    }
    assert.deepEqual([allowed, refused], [1_000, 500]);
    assert.deepEqual(await world.clock.until(gate.stop(5_000)), []);
    assert.deepEqual(world.ledger.calls, { passed: 1_000, refused: 500 });
    assert.deepEqual(world.ledger.totals("monthly"), { consumed: 1_000, leased: 0, stranded: 0 });
  });

  it("lets exactly 1,000 of a burst of 1,500 through", async () => {
    const world = new GateWorld();
    const key = world.key("free-rider");
    world.limit({ name: "monthly", customerId: "free-rider", limit: 1_000 });
    const gate = world.gate();
    const call = { key, endpoint: "/v1/forecast", method: "GET" };
    const verdicts = await world.clock.until(
      Promise.all(Array.from({ length: 1_500 }, () => gate.check(call))),
    );
    const codes = verdicts.map(({ code }) => code);
    assert.equal(codes.filter((code) => code === "ALLOWED").length, 1_000);
    assert.equal(codes.filter((code) => code === "QUOTA_EXHAUSTED").length, 500);
    assert.deepEqual(await world.clock.until(gate.stop(5_000)), []);
    assert.deepEqual(world.ledger.totals("monthly"), { consumed: 1_000, leased: 0, stranded: 0 });
  });
});
