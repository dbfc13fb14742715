import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isId, newId } from "@tollbook/domain";
import { makeKey } from "../src/customer-key.ts";
import type { GateSettings } from "../src/gate-settings.ts";
import { GateWorld } from "./gate-world.ts";

const PLACE = { endpoint: "/v1/forecast", method: "GET" };

function world(limit: number, settings: Partial<GateSettings> = {}) {
  const world = new GateWorld();
  const key = world.key("abc");
  world.limit({ name: "quota", customerId: "abc", limit });
  return { world, key, gate: world.gate(settings) };
}

describe("mode shadow", () => {
  it("says what it would refuse, lets it through and counts it", async () => {
    const { world: place, key, gate } = world(1, { mode: "shadow" });
    await place.check(gate, { key });
    const { code, allowed, mode } = await place.check(gate, { key });
    assert.deepEqual(
      { code, allowed, mode },
      { code: "QUOTA_EXHAUSTED", allowed: true, mode: "shadow" },
    );
    await place.clock.until(gate.stop(1_000));
    assert.deepEqual(place.ledger.calls, { passed: 2, refused: 0 });
    assert.equal(gate.counts.shadowed, 1);
    assert.equal(place.batches[0]?.events[1]?.admission, "shadow");
  });

  it("lets strangers through without counting them for anybody", async () => {
    const { world: place, gate } = world(1, { mode: "shadow" });
    const { code, allowed } = await place.check(gate, { key: makeKey({ test: false }).key });
    assert.deepEqual({ code, allowed }, { code: "KEY_UNKNOWN", allowed: true });
    assert.equal(gate.waitingItems, 0);
  });
});

describe("mode meter-only", () => {
  it("asks for no leases, never waits, and counts", async () => {
    const { world: place, key, gate } = world(1, { mode: "meter-only" });
    const first = gate.check({ key, ...PLACE });
    assert.ok(!(first instanceof Promise), "the key is not known yet, and nobody waits for it");
    await place.clock.advance(10);
    const verdict = gate.check({ key, ...PLACE });
    assert.ok(!(verdict instanceof Promise));
    assert.deepEqual([verdict.allowed, verdict.mode], [true, "meter-only"]);
    await place.clock.until(gate.stop(1_000));
    assert.equal(place.count("acquireLeases"), 0);
    const callers = place.batches.flatMap(({ events }) => events.map(({ caller }) => caller));
    assert.ok("keySha256" in (callers[0] ?? {}), "named by its hash until it is known");
    assert.deepEqual(callers[1], { keyId: "key-1" });
  });
});

describe("a request id", () => {
  it("is the event's id, and a repeat is the same call: counted once, paid once", async () => {
    const { world: place, key, gate } = world(10);
    const requestId = newId();
    const one = await place.check(gate, { key, requestId });
    const other = await place.check(gate, { key, requestId });
    assert.equal(one.eventId, requestId);
    assert.equal(other, one);
    await place.clock.until(gate.stop(1_000));
    assert.deepEqual(place.ledger.totals("quota"), { consumed: 1, leased: 0, stranded: 0 });
  });

  it("that comes again while the first is being decided waits for the same verdict", async () => {
    const { world: place, key, gate } = world(10);
    const requestId = newId();
    const call = { key, requestId, ...PLACE };
    const both = Promise.all([gate.check(call), gate.check({ ...call })]);
    const [one, other] = await place.clock.until(both);
    assert.equal(one, other);
  });

  it("that is none is a mistake", () => {
    const { key, gate } = world(10);
    for (const requestId of ["", "7", newId().toUpperCase()]) {
      assert.throws(() => gate.check({ key, requestId, ...PLACE }), { reason: "ID_MALFORMED" });
    }
  });

  it("used for another call is a conflict", async () => {
    const { world: place, key, gate } = world(10);
    const requestId = newId();
    await place.check(gate, { key, requestId });
    const another = { key, requestId, endpoint: "/v1/history", method: "GET" };
    assert.throws(() => gate.check(another), { reason: "REQUEST_ID_REUSED" });
  });

  it("of a refused call can be tried again, and then counts", async () => {
    const { world: place, key, gate } = world(0);
    const requestId = newId();
    assert.equal((await place.check(gate, { key, requestId })).code, "QUOTA_EXHAUSTED");
    for (const rule of place.ledger.rules) rule.limit = 5;
    await place.clock.advance(2_000);
    assert.equal((await place.check(gate, { key, requestId })).code, "ALLOWED");
    await place.clock.until(gate.stop(1_000));
    assert.deepEqual(place.ledger.calls, { passed: 1, refused: 1 });
  });

  it("keeps a call an event, and its receipt can be waited for", async () => {
    const { world: place, key, gate } = world(10, { eventsPerSecondMax: 0 });
    const requestId = newId();
    await place.check(gate, { key, requestId });
    const from = place.clock.monotonicMs();
    await place.clock.until(gate.acknowledged(requestId));
    assert.ok(place.clock.monotonicMs() - from < 20, "it does not wait for the flush interval");
    assert.equal(place.ledger.totals("quota").consumed, 1);
  });
});

describe("a reservation", () => {
  it("can be settled by another gate, with its units, and frees what this gate held", async () => {
    const { world: place, key, gate } = world(10);
    const other = place.gate();
    const reservation = (await place.check(gate, { key, count: "later" })).reserve();
    assert.ok(reservation !== undefined && isId(reservation.eventId));
    const carried = JSON.parse(JSON.stringify(reservation));
    other.settle(carried, { status: 201, latencyMs: 4 });
    await place.clock.until(other.stop(1_000));
    await place.clock.until(gate.stop(1_000));
    assert.deepEqual(place.ledger.totals("quota"), { consumed: 1, leased: 0, stranded: 0 });
    assert.equal(place.ledger.counted[0]?.call, "GET /v1/forecast 201");
  });

  it("that nobody settles is counted as reserved, once", async () => {
    const { world: place, key, gate } = world(10, { unsettledAfterMs: 60_000 });
    const verdict = await place.check(gate, { key, count: "later" });
    const reservation = verdict.reserve();
    assert.equal(verdict.reserve(), undefined, "a call is reserved once");
    await place.clock.advance(59_000);
    assert.equal(place.ledger.calls.passed, 0);
    await place.clock.advance(2_000);
    assert.equal(place.ledger.calls.passed, 1);
    if (reservation !== undefined) gate.settle(reservation, { status: 200 });
    await place.clock.until(gate.stop(1_000));
    assert.equal(place.ledger.calls.passed, 1, "the late settlement is a duplicate");
  });

  it("is not given for a refused call", async () => {
    const { world: place, key, gate } = world(0);
    assert.equal((await place.check(gate, { key, count: "later" })).reserve(), undefined);
  });
});
