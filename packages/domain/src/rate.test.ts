import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checkRate, type RateWords, rateOf, saysRate } from "./rate.ts";
import { Violations } from "./violations.ts";

const none: RateWords = { ratePerSecondMilli: 0n, ratePerMinute: 0n, burst: 0n };

function faultsOf(words: Partial<RateWords>): string[] {
  const faults = new Violations();
  checkRate({ ...none, ...words }, "limit", faults);
  return faults.list.map(({ field, reason }) => `${field} ${reason}`);
}

describe("a rate", () => {
  it("by the second and by the minute is whole in thousandths of calls a minute", () => {
    const words = { ...none, burst: 5n };
    assert.deepEqual(rateOf({ ...words, ratePerSecondMilli: 1_500n }), {
      perMinuteMilli: 90_000n,
      burst: 5n,
    });
    assert.equal(rateOf({ ...words, ratePerMinute: 100n })?.perMinuteMilli, 100_000n);
  });

  it("of which nothing is said is none", () => {
    assert.equal(saysRate(none), false);
    assert.equal(rateOf(none), undefined);
  });

  it("is said one way, within its bounds, with a burst", () => {
    assert.deepEqual(faultsOf({ ratePerMinute: 1n, burst: 1n }), []);
    assert.deepEqual(faultsOf({ ratePerSecondMilli: 1n, ratePerMinute: 1n, burst: 1n }), [
      "limit.rate_per_second_milli RATE_MISSING",
    ]);
    assert.deepEqual(faultsOf({ burst: 1n }), ["limit.rate_per_second_milli RATE_MISSING"]);
    assert.deepEqual(faultsOf({ ratePerMinute: 10n ** 9n }), [
      "limit.rate_per_minute RATE_OUT_OF_RANGE",
      "limit.burst BURST_OUT_OF_RANGE",
    ]);
  });
});
