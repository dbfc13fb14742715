import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { FailureMode } from "../src/lease-protocol.ts";
import { GateWorld } from "./gate-world.ts";

const PLACE = { endpoint: "/v1/forecast", method: "GET" };
const CLOSED: FailureMode = { kind: "closed" };
const open = (budgetCalls: number): FailureMode => ({ kind: "open", budgetCalls });

/** A gate that knows its customer's limits and then loses metering for good. */
async function cutOff(limits: { limit: number; failureMode?: FailureMode; hard?: boolean }[]) {
  const world = new GateWorld();
  const key = world.key("abc");
  for (const [at, limit] of limits.entries()) {
    world.limit({ name: `limit-${at}`, customerId: "abc", ...limit });
  }
  const gate = world.gate();
  await world.check(gate, { key });
  world.fate = (port) => (port === "resolveKey" ? "arrives" : "request-lost");
  await world.clock.advance(2_100);
  const call = async (count: number) => {
    const passed = { held: 0, open: 0, refused: new Set<string>() };
    for (let nth = 0; nth < count; nth += 1) {
      const { allowed, code, mode } = await world.check(gate, { key });
      if (!allowed) passed.refused.add(code);
      else if (mode === "failed-open") passed.open += 1;
      else passed.held += 1;
    }
    return passed;
  };
  return { world, gate, key, call };
}

describe("when metering cannot be reached", () => {
  it("a closed limit lets through what is held, then nothing", async () => {
    const { call } = await cutOff([{ limit: 1_000, failureMode: CLOSED }]);
    assert.deepEqual(await call(30), { held: 9, open: 0, refused: new Set(["UNAVAILABLE"]) });
  });

  it("an open limit lets its budget through as well, counted apart", async () => {
    const { call, gate } = await cutOff([{ limit: 1_000, failureMode: open(5) }]);
    assert.deepEqual(await call(30), { held: 9, open: 5, refused: new Set(["UNAVAILABLE"]) });
    assert.equal(gate.counts.failedOpen, 5);
  });

  it("one closed limit among open ones closes the gate", async () => {
    const limits = [
      { limit: 1_000, failureMode: open(50) },
      { limit: 1_000, failureMode: CLOSED },
    ];
    const { call } = await cutOff(limits);
    assert.deepEqual(await call(30), { held: 9, open: 0, refused: new Set(["UNAVAILABLE"]) });
  });

  it("of several open limits the smallest budget counts", async () => {
    const limits = [
      { limit: 1_000, failureMode: open(50) },
      { limit: 1_000, failureMode: open(3) },
    ];
    const { call } = await cutOff(limits);
    assert.deepEqual(await call(30), { held: 9, open: 3, refused: new Set(["UNAVAILABLE"]) });
  });

  it("a limit known to be used up stays so: an outage opens nothing that was shut", async () => {
    const { world, gate, key, call } = await cutOff([{ limit: 1, failureMode: open(50) }]);
    assert.deepEqual((await call(1)).refused, new Set(), "it was not known to be used up");
    world.fate = () => "arrives";
    await world.clock.advance(3_000);
    await world.check(gate, { key });
    world.fate = (port) => (port === "resolveKey" ? "arrives" : "request-lost");
    await world.clock.advance(2_500);
    assert.deepEqual(await call(5), { held: 0, open: 0, refused: new Set(["QUOTA_EXHAUSTED"]) });
  });

  it("soft limits decide by their failure mode, for nothing of them is held", async () => {
    const soft = { limit: 1_000, hard: false };
    const shut = await cutOff([{ ...soft, failureMode: CLOSED }]);
    assert.deepEqual(await shut.call(3), { held: 0, open: 0, refused: new Set(["UNAVAILABLE"]) });
    const ajar = await cutOff([{ ...soft, failureMode: open(2) }]);
    assert.deepEqual(await ajar.call(3), { held: 0, open: 2, refused: new Set(["UNAVAILABLE"]) });
  });

  it("before any answer came the account's default decides", async () => {
    for (const [defaultFailureMode, allowed] of [
      ["closed", false],
      ["open", true],
    ] as const) {
      const world = new GateWorld();
      world.account = { suspended: false, defaultFailureMode };
      const key = world.key("abc");
      world.fate = (port) => (port === "acquireLeases" ? "request-lost" : "arrives");
      const gate = world.gate({ defaultOpenBudgetCalls: 2 });
      assert.equal((await world.check(gate, { key })).allowed, allowed);
      await world.check(gate, { key });
      assert.equal((await world.check(gate, { key })).code, "UNAVAILABLE", "the budget is over");
    }
  });

  it("what was let through without units is counted, and says so", async () => {
    const { world, gate, call } = await cutOff([{ limit: 1_000, failureMode: open(5) }]);
    await call(14);
    world.fate = () => "arrives";
    await world.clock.until(gate.flush(60_000));
    const batches = new Map(world.batches.map((batch) => [batch.batchId, batch]));
    const events = [...batches.values()].flatMap((batch) => batch.events);
    assert.equal(events.filter(({ admission }) => admission === "failed-open").length, 5);
    assert.equal(world.ledger.totals("limit-0").consumed, 15);
  });

  it("a budget is new once metering has answered again", async () => {
    const { world, gate, key, call } = await cutOff([{ limit: 1_000, failureMode: open(2) }]);
    assert.equal((await call(20)).open, 2);
    world.fate = () => "arrives";
    await world.clock.advance(3_000);
    await world.check(gate, { key });
    world.fate = (port) => (port === "resolveKey" ? "arrives" : "request-lost");
    await world.clock.advance(2_500);
    assert.equal((await call(20)).open, 2);
  });

  it("nobody waits longer than 150 ms for a first call, or 50 ms for a later one", async () => {
    const world = new GateWorld();
    const key = world.key("abc");
    world.limit({ name: "quota", customerId: "abc", limit: 1_000 });
    const gate = world.gate();
    world.fate = (port) => (port === "acquireLeases" ? "hangs" : "arrives");
    const measure = async () => {
      const from = world.clock.monotonicMs();
      const { code } = await world.check(gate, { key });
      return { code, waited: world.clock.monotonicMs() - from };
    };
    const first = await measure();
    assert.equal(first.code, "UNAVAILABLE");
    assert.ok(first.waited <= 152, `${first.waited} ms`);
    world.fate = () => "arrives";
    await world.clock.advance(1_000);
    assert.equal((await measure()).code, "ALLOWED");
    world.fate = (port) => (port === "acquireLeases" ? "hangs" : "arrives");
    await world.clock.advance(5_000);
    const later = await measure();
    assert.equal(later.code, "UNAVAILABLE");
    assert.ok(later.waited <= 52, `${later.waited} ms`);
  });

  it("a long outage costs few asks, and its end is noticed within 2 s", async () => {
    const { world, gate, key } = await cutOff([{ limit: 1_000 }]);
    const before = world.count("acquireLeases");
    for (let ms = 0; ms < 10_000; ms += 10) {
      void gate.check({ key, ...PLACE });
      await world.clock.advance(10);
    }
    const asks = world.count("acquireLeases") - before;
    assert.ok(asks < 20, `${asks} asks in 10 s`);
    world.fate = () => "arrives";
    await world.clock.advance(2_000);
    await world.check(gate, { key });
    assert.equal((await world.check(gate, { key })).code, "ALLOWED");
  });

  it("an answer that says 'unknown' is no answer", async () => {
    const world = new GateWorld();
    const key = world.key("abc");
    world.ledger.customerOfKey.clear();
    assert.equal((await world.check(world.gate(), { key })).code, "UNAVAILABLE");
  });
});
