/**
 * The one latency histogram of Tollbook: recorders fill it, metering stores and sums it in integer
 * columns, the dashboard reads percentiles from it. Two buckets per doubling, from 0.25 ms to
 * 65.536 s: bucket 0 holds up to 250 µs, bucket i up to 250 µs × 2^(i/2) (whole microseconds,
 * rounded), and the last one everything longer. Bounds belong to the bucket below them.
 *
 * **Error**: a percentile is answered with its bucket's upper bound, so it is never below the true
 * value and above it by less than a factor of √2 (41.4 %, and half a microsecond of rounding),
 * for latencies between 0.25 ms and 65.536 s. Below, it says 0.25 ms; above, 65.536 s.
 */
export const LATENCY_BUCKET_COUNT = 38;

/** Upper bounds of buckets 0 to 36 in microseconds; bucket 37 has none. */
export const LATENCY_BOUNDS_US: readonly number[] = Array.from(
  { length: LATENCY_BUCKET_COUNT - 1 },
  (_, bucket) => Math.round(250 * 2 ** (bucket / 2)),
);

/** By how much a percentile may be above the truth: a factor. */
export const LATENCY_ERROR_FACTOR = Math.SQRT2;

/** The bucket of a latency in whole microseconds. */
export function latencyBucket(latencyUs: number): number {
  if (latencyUs <= 250) return 0;
  const guess = Math.min(Math.ceil(2 * Math.log2(latencyUs / 250)), LATENCY_BUCKET_COUNT - 1);
  // Bounds are rounded to whole microseconds, so the logarithm may be off by one at an edge.
  if (latencyUs <= (LATENCY_BOUNDS_US[guess - 1] ?? 0)) return guess - 1;
  return latencyUs > (LATENCY_BOUNDS_US[guess] ?? Number.POSITIVE_INFINITY) ? guess + 1 : guess;
}

/** The sum of two histograms; missing entries are 0. */
export function addHistograms(one: readonly number[], other: readonly number[]): number[] {
  return Array.from(
    { length: LATENCY_BUCKET_COUNT },
    (_, bucket) => (one[bucket] ?? 0) + (other[bucket] ?? 0),
  );
}

/**
 * The latency in milliseconds that a share of the calls did not exceed (0.95 for p95), or
 * undefined if the histogram is empty. See above for the error.
 */
export function latencyPercentileMs(counts: readonly number[], share: number): number | undefined {
  const calls = counts.reduce((sum, count) => sum + count, 0);
  if (calls === 0) return undefined;
  const rank = Math.max(1, Math.ceil(share * calls));
  let seen = 0;
  for (let bucket = 0; bucket < LATENCY_BOUNDS_US.length; bucket += 1) {
    seen += counts[bucket] ?? 0;
    if (seen >= rank) return (LATENCY_BOUNDS_US[bucket] ?? 0) / 1_000;
  }
  return (LATENCY_BOUNDS_US.at(-1) ?? 0) / 1_000;
}
