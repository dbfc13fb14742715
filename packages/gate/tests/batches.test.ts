import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { RecordUsageRequest } from "@tollbook/contracts/metering/v1";
import { newId } from "@tollbook/domain";
import fc from "fast-check";
import type { PendingUsage } from "../src/usage-batch.ts";
import { pendingEvent, takeBatch } from "../src/usage-batch.ts";
import type { CountedCall } from "../src/usage-cell.ts";
import { CellDraft } from "../src/usage-cell.ts";
import type { Hold, UsageEvent } from "../src/usage-protocol.ts";
import { toProtoUsageBatch } from "../src/wire/index.ts";

const HOLD: Hold = { gateId: newId(), units: [{ counterId: newId(), units: 1 }] };
const MIB = 1_048_576;

function call(over: Partial<CountedCall> = {}): CountedCall {
  return {
    identity: { caller: { keyId: newId() }, endpoint: "/v1/forecast", method: "GET" },
    ...{ hold: HOLD, admittedAtMs: 1_762_732_830_000, status: 200, latencyUs: 1_000 },
    ...{ requestBytes: 10, responseBytes: 20, units: 1, refusal: undefined },
    ...{ admission: "held", properties: undefined, eventId: undefined, ...over },
  };
}

function event(over: Partial<UsageEvent> = {}): UsageEvent {
  return {
    ...{ eventId: newId(), caller: { keyId: newId() }, endpoint: "/v1/forecast", method: "GET" },
    ...{ status: 200, timeMs: 1_762_732_830_000, latencyUs: 1_000, requestBytes: 10 },
    ...{ responseBytes: 20, units: 1, hold: 0, ...over },
  };
}

function pending(over: Partial<PendingUsage>): PendingUsage {
  return { events: [], cells: [], samples: [], ...over };
}

describe("a cell", () => {
  it("sums what its calls hold, and says the minute they were admitted in", () => {
    const draft = new CellDraft(call());
    assert.ok(draft.take(call({ latencyUs: 90_000, units: 4 })));
    assert.ok(
      draft.take(call({ hold: { ...HOLD, units: [...HOLD.units] }, latencyUs: undefined })),
    );
    assert.deepEqual(draft.hold?.units, [{ counterId: HOLD.units[0]?.counterId, units: 3 }]);
    const cell = draft.toItem(1);
    assert.deepEqual([cell.count, cell.units, cell.requestBytes], [3, 6, 30]);
    assert.equal(cell.minuteMs, 1_762_732_800_000);
    assert.equal(
      cell.latency?.reduce((sum, count) => sum + count, 0),
      2,
    );
  });

  it("of one call is that call", () => {
    const draft = new CellDraft(call());
    assert.equal(draft.hold, HOLD);
    const { count, latency } = draft.toItem(1);
    assert.deepEqual([count, latency], [1, [0, 0, 0, 0, 1]]);
  });

  for (const [what, over] of [
    ["another status", { status: 404 }],
    ["another minute", { admittedAtMs: 1_762_732_860_000 }],
    ["the minute before", { admittedAtMs: 1_762_732_799_999 }],
    ["another fate", { refusal: "QUOTA_EXHAUSTED" as const }],
    ["another admission", { admission: "failed-open" as const }],
    ["no hold", { hold: undefined }],
    ["another lease", { hold: { ...HOLD, units: [{ counterId: newId(), units: 1 }] } }],
    ["another gate's lease", { hold: { ...HOLD, gateId: newId() } }],
    ["more units than one item may have", { units: 1e12 }],
  ] as const) {
    it(`does not take a call with ${what}`, () => {
      assert.equal(new CellDraft(call()).take(call(over)), false);
    });
  }

  it("does not take more than a number can count", () => {
    const held = (units: number): Hold => ({ ...HOLD, units: [{ counterId: "c", units }] });
    const draft = new CellDraft(call({ hold: held(Number.MAX_SAFE_INTEGER - 1) }));
    assert.ok(draft.take(call({ hold: held(1) })));
    assert.equal(draft.take(call({ hold: held(1) })), false);
  });
});

describe("a batch", () => {
  it("names each hold once, and its items by position from 1", () => {
    const other: Hold = { ...HOLD };
    const events = [HOLD, other, HOLD, undefined].map((hold) => pendingEvent(event(), hold));
    const batch = takeBatch(pending({ events }), newId());
    assert.deepEqual(
      batch.events.map(({ hold }) => hold),
      [1, 2, 1, 0],
    );
    assert.deepEqual(batch.holds, [HOLD, other]);
  });

  it("takes every item once, in as many batches as it needs", () => {
    const counts = { events: fc.nat({ max: 25_000 }), cells: fc.nat({ max: 25_000 }) };
    fc.assert(
      fc.property(fc.record(counts), ({ events, cells }) => {
        const one = pendingEvent(event(), HOLD);
        const usage = pending({
          events: Array.from({ length: events }, () => one),
          cells: Array.from({ length: cells }, () => new CellDraft(call())),
        });
        const taken = { events: 0, cells: 0 };
        while (usage.events.length + usage.cells.length > 0) {
          const batch = takeBatch(usage, "recorder");
          assert.ok(batch.events.length + batch.cells.length <= 10_000);
          taken.events += batch.events.length;
          taken.cells += batch.cells.length;
        }
        assert.deepEqual(taken, { events, cells });
      }),
      { numRuns: 4 },
    );
  });

  const long = "ă".repeat(200);
  const properties = Object.fromEntries(
    Array.from({ length: 16 }, (_, nth) => [`${nth}`.padEnd(64, "ñ"), "ß".repeat(64)]),
  );
  const large = {
    latencyUs: 2 ** 32 - 1,
    requestBytes: 2 ** 52,
    responseBytes: 2 ** 52,
    units: 1e12,
  };
  const slow = { ...large, latencyUs: 70_000_000 };
  for (const [what, usage] of [
    ["plain events", { events: () => pendingEvent(event(), HOLD) }],
    [
      "long events",
      { events: () => pendingEvent(event({ endpoint: long, ...large }), { ...HOLD }) },
    ],
    ["labelled events", { events: () => pendingEvent(event({ properties }), HOLD) }],
    [
      "wide cells",
      {
        cells: () => {
          const identity = { caller: { keyId: newId() }, endpoint: long, method: "GET" };
          return new CellDraft(call({ identity, ...slow, hold: { ...HOLD } }));
        },
      },
    ],
  ] as [string, { events?: () => never; cells?: () => never }][]) {
    it(`of ${what} fits into 1 MiB on the wire`, () => {
      const full = pending({
        events: usage.events ? Array.from({ length: 10_000 }, usage.events) : [],
        cells: usage.cells ? Array.from({ length: 10_000 }, usage.cells) : [],
      });
      const batch = takeBatch(full, newId());
      const bytes = RecordUsageRequest.encode(toProtoUsageBatch(batch)).finish().length;
      assert.ok(bytes < MIB, `${bytes} bytes`);
      assert.ok(batch.events.length + batch.cells.length > 100);
    });
  }
});
