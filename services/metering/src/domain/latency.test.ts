import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { latencyBucket, latencyPercentileMs } from "./latency.ts";

describe("the latency histogram", () => {
  it("holds each latency in a bucket whose bound is above it by less than √2", () => {
    for (let us = 251; us < 60_000_000; us = Math.ceil(us * 1.013)) {
      const counts = new Array<number>(38).fill(0);
      counts[latencyBucket(us)] = 1;
      const told = (latencyPercentileMs(counts, 0.5) ?? 0) * 1_000;
      assert.ok(told >= us && told <= us * Math.SQRT2 + 1, `${us} µs is told as ${told} µs`);
    }
  });

  it("keeps its edges: up to 250 µs in the first, a minute and more in the last", () => {
    assert.deepEqual([0, 250, 251, 354, 355, 65_536_001].map(latencyBucket), [0, 0, 1, 1, 2, 37]);
  });

  it("tells percentiles by rank, and nothing if nothing was measured", () => {
    const counts = [94, 0, 5, 0, 1];
    const shares = [0.5, 0.94, 0.95, 0.99, 1].map((share) => latencyPercentileMs(counts, share));
    assert.deepEqual(shares, [0.25, 0.25, 0.5, 0.5, 1]);
    assert.equal(latencyPercentileMs([0, 0], 0.5), undefined);
  });
});
