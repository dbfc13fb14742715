import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DomainError, isId, newId } from "@tollbook/domain";
import type { Gate } from "../src/gate.ts";
import type { GateSettings } from "../src/gate-settings.ts";
import type { UsageBatch } from "../src/usage-protocol.ts";
import { GateWorld } from "./gate-world.ts";

const PLACE = { endpoint: "/v1/forecast", method: "GET" };

/** A gate of a customer with a limit nobody reaches, warm enough to decide at once. */
async function warm(settings: Partial<GateSettings> = {}) {
  const world = new GateWorld();
  const key = world.key("abc");
  world.limit({ name: "quota", customerId: "abc", limit: 1_000_000 });
  const gate = world.gate(settings);
  await world.check(gate, { key });
  return { world, key, gate };
}

async function burst(world: GateWorld, gate: Gate, key: string, count: number, over: object = {}) {
  const calls = Array.from({ length: count }, () => gate.check({ key, ...PLACE, ...over }));
  return world.clock.until(Promise.all(calls));
}

/** Batches as metering saw them, each once. */
function distinct(world: GateWorld): UsageBatch[] {
  return [...new Map(world.batches.map((batch) => [batch.batchId, batch])).values()];
}

describe("usage", () => {
  it("travels as events below 200 a second, each with an id and its hold", async () => {
    const { world, key, gate } = await warm();
    const verdict = await world.check(gate, { key, count: "later" });
    verdict.settle({ status: 404, latencyMs: 1.5, requestBytes: 10, responseBytes: 20 });
    await world.clock.advance(600);
    const [batch] = distinct(world);
    const event = batch?.events[1];
    assert.ok(isId(event?.eventId ?? ""));
    assert.equal(verdict.eventId, event?.eventId);
    const { status, latencyUs, requestBytes, responseBytes, admission, units } = event ?? {};
    assert.deepEqual(
      { status, latencyUs, requestBytes, responseBytes, admission, units },
      ...[
        {
          status: 404,
          latencyUs: 1_500,
          requestBytes: 10,
          responseBytes: 20,
          admission: "held",
          units: 1,
        },
      ],
    );
    assert.deepEqual(
      batch?.holds[(event?.hold ?? 0) - 1]?.units.map(({ units }) => units),
      [1],
    );
  });

  it("folds into cells above that, and every call is in exactly one shape", async () => {
    const { world, key, gate } = await warm();
    const verdicts = await burst(world, gate, key, 1_999, { count: "later" });
    for (const verdict of verdicts) verdict.settle({ status: 200, latencyMs: 2 });
    await world.clock.until(gate.stop(5_000));
    const batches = distinct(world);
    const events = batches.flatMap((batch) => batch.events);
    const cells = batches.flatMap((batch) => batch.cells);
    assert.equal(events.length, 200);
    assert.equal(
      cells.reduce((sum, cell) => sum + cell.count, 0),
      1_800,
    );
    assert.ok(cells.length <= 2, `${cells.length} cells for one minute of one kind of calls`);
    assert.equal(world.ledger.totals("quota").consumed, 2_000);
    assert.deepEqual(world.ledger.totals("quota").leased, 0);
    assert.ok(batches.flatMap((batch) => batch.samples).length <= 5);
  });

  it("keeps calls of different status, minute or fate in cells of their own", async () => {
    const { world, key, gate } = await warm({ eventsPerSecondMax: 0 });
    for (const status of [200, 200, 500]) {
      (await world.check(gate, { key, count: "later" })).settle({ status, units: 7, latencyMs: 1 });
    }
    world.change(key, { state: "disabled" });
    await world.clock.advance(0);
    await world.check(gate, { key });
    await world.clock.until(gate.stop(5_000));
    const cells = distinct(world).flatMap((batch) => batch.cells);
    assert.deepEqual(
      cells.map(({ status, count, units, refusal }) => ({ status, count, units, refusal })),
      [
        { status: 0, count: 1, units: 1, refusal: undefined },
        { status: 200, count: 2, units: 14, refusal: undefined },
        { status: 500, count: 1, units: 7, refusal: undefined },
        { status: 0, count: 1, units: 1, refusal: "KEY_NOT_ACTIVE" },
      ],
    );
    assert.equal(
      cells[1]?.latency?.reduce((sum, calls) => sum + calls, 0),
      2,
    );
  });

  it("never folds while a meter needs events", async () => {
    const { world, key, gate } = await warm();
    world.ledger.eventMeterIds = ["unique-cities"];
    await world.clock.advance(2_100);
    await world.check(gate, { key });
    await burst(world, gate, key, 500);
    await world.clock.until(gate.stop(5_000));
    assert.ok(distinct(world).every(({ cells }) => cells.length === 0));
  });

  it("of refused calls is recorded as refused", async () => {
    const { world, key, gate } = await warm();
    world.change(key, { state: "revoked" });
    await world.clock.advance(0);
    await world.check(gate, { key });
    await world.clock.until(gate.stop(1_000));
    assert.deepEqual(world.ledger.calls, { passed: 1, refused: 1 });
  });

  it("counts units declared after admission apart", async () => {
    const { world, key, gate } = await warm();
    (await world.check(gate, { key, count: "later" })).settle({ units: 5 });
    assert.equal(gate.counts.unitsAfterAdmission, 4);
  });

  it("is counted once, however often a verdict is settled", async () => {
    const { world, key, gate } = await warm();
    const verdict = await world.check(gate, { key, count: "later" });
    verdict.settle({ status: 200 });
    verdict.settle({ status: 500 });
    await world.clock.until(gate.stop(1_000));
    assert.deepEqual(world.ledger.calls, { passed: 2, refused: 0 });
  });

  it("refuses figures no call can have, and can then still be settled", async () => {
    const { world, key, gate } = await warm();
    const verdict = await world.check(gate, { key, count: "later" });
    for (const outcome of [{ status: 600 }, { latencyMs: -1 }, { requestBytes: 0.5 }]) {
      assert.throws(() => verdict.settle(outcome), { reason: "OUTCOME_MALFORMED" });
    }
    assert.throws(() => verdict.settle({ units: -1 }), { reason: "UNITS_OUT_OF_RANGE" });
    verdict.settle({ status: 200 });
    await world.clock.until(gate.stop(1_000));
    assert.equal(world.ledger.calls.passed, 2);
  });
});

describe("a batch", () => {
  it("is sent after half a second, or at once when 2,000 items wait", async () => {
    const { world, key, gate } = await warm({ eventsPerSecondMax: 10_000 });
    await world.clock.advance(490);
    assert.equal(world.batches.length, 0);
    await world.clock.advance(20);
    assert.equal(world.batches.length, 1);
    await world.clock.advance(1_000);
    await burst(world, gate, key, 2_100);
    await world.clock.advance(10);
    assert.equal(world.batches.length, 2);
  });

  it("is the same, byte for byte, each time it is sent, and counts once", async () => {
    const { world, key, gate } = await warm({ eventsPerSecondMax: 1 });
    const fates = ["reply-lost", "request-lost", "reply-lost", "arrives"] as const;
    let sent = 0;
    world.fate = (port) => (port === "recordUsage" ? (fates[sent++] ?? "arrives") : "arrives");
    await burst(world, gate, key, 20);
    await world.clock.advance(30_000);
    const [first] = world.batches;
    const again = world.batches.filter(({ batchId }) => batchId === first?.batchId);
    assert.equal(again.length, 4);
    assert.ok(
      again.every((batch) => batch === first),
      "the very same object",
    );
    assert.ok(Object.isFrozen(first) && Object.isFrozen(first?.cells));
    assert.equal(world.ledger.totals("quota").consumed, 21);
    assert.equal(gate.waitingItems, 0);
  });

  it("is tried again after 0.2 s to 30 s", async () => {
    const { world } = await warm();
    const times: number[] = [];
    world.fate = (port) => {
      if (port === "recordUsage") times.push(world.clock.monotonicMs());
      return "request-lost";
    };
    await world.clock.advance(200_000);
    const waits = times.slice(1).map((time, at) => time - (times[at] ?? 0));
    assert.ok(
      waits.every((wait) => wait >= 200 && wait <= 30_010),
      waits.join(),
    );
    assert.ok((waits.at(-1) ?? 0) > 10_000);
  });

  it("carries at most 10,000 items and 1 MiB", async () => {
    const { world, key, gate } = await warm({
      eventsPerSecondMax: 100_000,
      waitingEventsMax: 100_000,
    });
    world.fate = (port) => (port === "recordUsage" ? "request-lost" : "arrives");
    const properties = { note: "x".repeat(64) };
    for (let half = 0; half < 2; half += 1) await burst(world, gate, key, 6_000, { properties });
    world.fate = () => "arrives";
    await world.clock.until(gate.stop(60_000));
    const batches = distinct(world);
    assert.ok(batches.every(({ events }) => events.length <= 10_000));
    assert.ok(batches.every((batch) => JSON.stringify(batch.events).length < 3_000_000));
    assert.equal(world.ledger.totals("quota").consumed, 12_001);
  });

  it("of which metering cannot yet know some items is sent again for those alone", async () => {
    const { world, key, gate } = await warm();
    const record = world.ledger.record.bind(world.ledger);
    let first = true;
    world.ledger.record = (batch) => {
      if (!first) return record(batch);
      first = false;
      const counted = record({ ...batch, events: batch.events.slice(1) });
      return { ...counted, retryEvents: [0] };
    };
    await burst(world, gate, key, 4);
    await world.clock.advance(5_000);
    const [one, other] = distinct(world);
    assert.equal(other?.events.length, 1);
    assert.equal(other?.events[0]?.eventId, one?.events[0]?.eventId);
    assert.equal(world.ledger.totals("quota").consumed, 5);
    assert.equal(gate.waitingItems, 0);
  });

  it("of which items are rejected is reported, with the reasons", async () => {
    const { world } = await warm();
    const record = world.ledger.record.bind(world.ledger);
    const rejection = { kind: "event" as const, index: 0, reason: "TIME_TOO_OLD", message: "Old." };
    world.ledger.record = (batch) => ({
      ...record(batch),
      rejected: 1,
      rejections: [rejection],
      rejectedByReason: { TIME_TOO_OLD: 1 },
    });
    await world.clock.advance(1_000);
    assert.deepEqual(world.rejected[0]?.rejectedByReason, { TIME_TOO_OLD: 1 });
  });

  it("that metering will never take is reported, not repeated", async () => {
    const { world } = await warm();
    world.ledger.record = () => {
      throw new DomainError("conflict", "BATCH_ID_REUSED", "Same id, other content.");
    };
    await world.clock.advance(60_000);
    assert.equal(world.batches.length, 1);
    assert.deepEqual(world.rejected[0]?.rejectedByReason, { BATCH_ID_REUSED: 1 });
  });

  it("with one bad item that makes it invalid is halved until that item stands alone", async () => {
    const { world, key, gate } = await warm({ eventsPerSecondMax: 5 });
    await burst(world, gate, key, 9);
    await world.check(gate, { key, properties: { bad: "yes" }, requestId: newId() });
    await world.check(gate, { key, endpoint: "/v1/history" });
    const record = world.ledger.record.bind(world.ledger);
    world.ledger.record = (batch) => {
      if (batch.events.every(({ properties }) => properties === undefined)) return record(batch);
      throw new DomainError("invalid", "PROPERTIES_MALFORMED", "No.");
    };
    assert.deepEqual(await world.clock.until(gate.stop(5_000)), []);
    assert.equal(world.ledger.calls.passed, 11);
    assert.deepEqual(
      world.rejected.map(({ rejectedByReason }) => rejectedByReason),
      [{ PROPERTIES_MALFORMED: 1 }],
    );
  });

  it("waits as long as metering asks it to", async () => {
    const { world } = await warm();
    const times: number[] = [];
    world.ledger.record = () => {
      times.push(world.clock.monotonicMs());
      const extra = { retryAfterMs: 7_000 };
      throw new DomainError("exhausted", "TOO_MANY_BATCHES", "Slow down.", {}, extra);
    };
    await world.clock.advance(10_000);
    assert.ok((times[1] ?? 0) - (times[0] ?? 0) >= 7_000);
  });
});

describe("when metering is behind", () => {
  it("calls fold, so that an hour's outage costs a few items a minute", async () => {
    const { world, key, gate } = await warm();
    world.fate = (port) => (port === "recordUsage" ? "request-lost" : "arrives");
    for (let second = 0; second < 600; second += 1) {
      await burst(world, gate, key, 20);
      await world.clock.advance(1_000);
    }
    assert.ok(gate.waitingItems < 12_000, `${gate.waitingItems} items for 12,000 calls`);
    for (let second = 0; second < 600; second += 1) {
      await burst(world, gate, key, 20);
      await world.clock.advance(1_000);
    }
    assert.ok(gate.waitingItems < 10_200, `${gate.waitingItems} items for 24,000 calls`);
    world.fate = () => "arrives";
    await world.clock.until(gate.stop(60_000));
    assert.equal(world.ledger.totals("quota").consumed, 24_001);
  });

  it("past the bound the failure mode decides, and nothing is dropped", async () => {
    for (const [failureMode, passed] of [
      [{ kind: "closed" as const }, 0],
      [{ kind: "open" as const, budgetCalls: 3 }, 3],
    ] as const) {
      const world = new GateWorld();
      const key = world.key("abc");
      world.limit({ name: "quota", customerId: "abc", limit: 1_000_000, failureMode });
      world.fate = (port) => (port === "recordUsage" ? "request-lost" : "arrives");
      const gate = world.gate({ waitingItemsMax: 50, waitingEventsMax: 1_000 });
      const filling = await burst(world, gate, key, 50);
      assert.ok(filling.every(({ allowed }) => allowed));
      const over = await burst(world, gate, key, 5);
      assert.equal(over.filter(({ allowed }) => allowed).length, passed);
      assert.ok(over.slice(passed).every(({ code }) => code === "UNAVAILABLE"));
      world.fate = () => "arrives";
      await world.clock.until(gate.stop(60_000));
      assert.deepEqual(world.ledger.calls, { passed: 50 + passed, refused: 5 - passed });
      assert.equal(gate.counts.lost, 0);
    }
  });

  it("mode meter-only drops past the bound, and says how much", async () => {
    const world = new GateWorld();
    const key = world.key("abc");
    world.fate = (port) => (port === "recordUsage" ? "request-lost" : "arrives");
    const gate = world.gate({ mode: "meter-only", waitingItemsMax: 50 });
    await burst(world, gate, key, 1);
    await world.clock.advance(10);
    const verdicts = await burst(world, gate, key, 80);
    assert.ok(verdicts.every(({ allowed }) => allowed));
    assert.ok(gate.counts.lost > 0);
    assert.equal(world.lost, gate.counts.lost);
    assert.equal(gate.waitingItems, 50);
  });
});

describe("a gate that stops", () => {
  it("hands over what is not acknowledged in time, and its successor sends it as it was", async () => {
    const { world, key, gate } = await warm();
    await burst(world, gate, key, 30);
    world.fate = (port) => (port === "recordUsage" ? "reply-lost" : "arrives");
    const left = await world.clock.until(gate.stop(3_000));
    assert.equal(left.flatMap(({ events }) => events).length, 31);
    world.fate = () => "arrives";
    const successor = world.gate();
    successor.resend(left);
    await world.clock.until(successor.stop(5_000));
    assert.deepEqual(world.ledger.totals("quota"), { consumed: 31, leased: 0, stranded: 0 });
  });

  it("does so in time though nobody answers", async () => {
    const { world, key, gate } = await warm();
    world.fate = () => "hangs";
    await burst(world, gate, key, 5);
    const from = world.clock.monotonicMs();
    await world.clock.until(gate.stop(5_000));
    assert.ok(world.clock.monotonicMs() - from <= 5_010);
  });

  it("lets nothing more through", async () => {
    const { world, key, gate } = await warm();
    await world.clock.until(gate.stop(1_000));
    assert.equal((await world.check(gate, { key })).code, "UNAVAILABLE");
  });

  it("leaves no timer behind", async () => {
    const { world, gate } = await warm();
    await world.clock.until(gate.stop(1_000));
    await world.clock.advance(20_000);
    assert.equal(world.clock.armed, 0);
  });
});
