import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Violations } from "@tollbook/domain";
import { checkKeyLimits, type KeyLimitWords } from "./key-limit.ts";

const none = { quota: 0n, ratePerSecondMilli: 0n, ratePerMinute: 0n, burst: 0n };
const daily: KeyLimitWords = { ...none, name: "daily", window: "day", quota: 1_000n };
const rate: KeyLimitWords = { ...none, name: "rate", window: "", ratePerMinute: 100n, burst: 10n };

function faultsOf(...limits: KeyLimitWords[]): string[] {
  const faults = new Violations();
  checkKeyLimits(faults, limits);
  return faults.list.map(({ field, reason }) => `${field} ${reason}`);
}

describe("limits of a key", () => {
  it("may be quotas and rates", () => assert.deepEqual(faultsOf(daily, rate), []));

  const cases: [string, KeyLimitWords[], string[]][] = [
    ["more than eight", Array.from({ length: 9 }, () => daily), ["limits TOO_MANY"]],
    ["without a name", [{ ...daily, name: " " }], ["limits[0].name MISSING"]],
    ["twice by one name", [daily, { ...rate, name: "Daily" }], ["limits[1].name NAME_REPEATED"]],
    ["over a fortnight", [{ ...daily, window: "14d" }], ["limits[0].window WINDOW_UNKNOWN"]],
    ["beyond 10^15", [{ ...daily, quota: 10n ** 16n }], ["limits[0].quota UNITS_OUT_OF_RANGE"]],
    ["that are both", [{ ...rate, window: "day" }], ["limits[0] RATE_AND_QUOTA"]],
    ["without a burst", [{ ...rate, burst: 0n }], ["limits[0].burst BURST_OUT_OF_RANGE"]],
  ];
  for (const [what, limits, faults] of cases) {
    it(`${what} are refused`, () => assert.deepEqual(faultsOf(...limits), faults));
  }
});
