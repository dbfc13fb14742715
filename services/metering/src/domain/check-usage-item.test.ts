import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { newId } from "@tollbook/domain";
import { reported } from "../../tests/test-item.ts";
import { faultsAt } from "./check-usage-item.ts";
import type { ReportedItem } from "./usage-item.ts";

const business = new Date("2026-11-10T06:30:00Z");
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

function eventAt(ms: number): ReportedItem {
  return reported({
    ...{ kind: "event", index: 0, eventId: newId(), foreign: false },
    ...{ caller: { kind: "key", keyId: newId() }, endpoint: "/v1/now", method: "GET", status: 200 },
    time: new Date(business.getTime() + ms),
    ...{ count: 1n, units: 1n, requestBytes: 0n, responseBytes: 0n, latency: [], properties: {} },
    ...{ refused: false, hold: undefined, corrects: undefined },
  });
}

describe("the time of a call", () => {
  const edges: [string, number, string | undefined][] = [
    ["35 days ago to the millisecond", -35 * DAY_MS, undefined],
    ["a millisecond more than 35 days ago", -35 * DAY_MS - 1, "TIME_TOO_OLD"],
    ["5 minutes ahead to the millisecond", 5 * MINUTE_MS, undefined],
    ["a millisecond more than 5 minutes ahead", 5 * MINUTE_MS + 1, "TIME_IN_FUTURE"],
    ["no time at all", Number.NaN, "TIME_MISSING"],
  ];
  for (const [what, ms, reason] of edges) {
    it(`${what} is ${reason ?? "good"}`, () => {
      assert.equal(faultsAt({ business, wall: new Date() })(eventAt(ms)), reason);
    });
  }
});
