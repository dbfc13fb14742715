import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  addHistograms,
  LATENCY_BOUNDS_US,
  LATENCY_BUCKET_COUNT,
  LATENCY_ERROR_FACTOR,
  latencyBucket,
  latencyPercentileMs,
} from "./latency-histogram.ts";

function histogramOf(latenciesUs: readonly number[]): number[] {
  const counts: number[] = new Array(LATENCY_BUCKET_COUNT).fill(0);
  for (const latencyUs of latenciesUs) {
    const bucket = latencyBucket(latencyUs);
    counts[bucket] = (counts[bucket] ?? 0) + 1;
  }
  return counts;
}

describe("the latency histogram", () => {
  it("has two buckets per doubling, from 0.25 ms to 65.536 s", () => {
    assert.equal(LATENCY_BOUNDS_US.length, 37);
    assert.deepEqual(LATENCY_BOUNDS_US.slice(0, 5), [250, 354, 500, 707, 1_000]);
    assert.equal(LATENCY_BOUNDS_US.at(-1), 65_536_000);
    assert.equal(latencyBucket(65_536_001), 37);
    assert.equal(latencyBucket(2 ** 40), 37);
  });

  it("puts a bound into the bucket below it, and the next microsecond above", () => {
    for (const [bucket, bound] of LATENCY_BOUNDS_US.entries()) {
      assert.equal(latencyBucket(bound), bucket);
      assert.equal(latencyBucket(bound + 1), bucket + 1);
    }
    assert.equal(latencyBucket(0), 0);
  });

  it("answers percentiles never below the truth, and above it by less than its stated error", () => {
    const latency = fc.integer({ min: 250, max: 65_536_000 });
    const share = fc.constantFrom(0.5, 0.95, 0.99, 1);
    fc.assert(
      fc.property(fc.array(latency, { minLength: 1, maxLength: 200 }), share, (all, part) => {
        const sorted = all.toSorted((one, other) => one - other);
        const truth = sorted[Math.max(1, Math.ceil(part * all.length)) - 1] ?? 0;
        const said = (latencyPercentileMs(histogramOf(all), part) ?? 0) * 1_000;
        assert.ok(
          said >= truth && said <= truth * LATENCY_ERROR_FACTOR + 1,
          `${said} for ${truth}`,
        );
      }),
    );
  });

  it("adds up: the sum's percentiles are those of all calls together", () => {
    const [one, other] = [
      [300, 900, 5_000],
      [40_000, 700],
    ];
    const sum = addHistograms(histogramOf(one), histogramOf(other));
    assert.deepEqual(sum, histogramOf([...one, ...other]));
  });

  it("says nothing of no calls", () => {
    assert.equal(latencyPercentileMs([], 0.5), undefined);
  });
});
