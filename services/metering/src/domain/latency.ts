/**
 * The latency histogram of `tollbook.metering.v1.LatencyHistogram`: bucket 0 holds up to 250 µs,
 * bucket i up to 250 µs × 2^(i/2) in whole microseconds, the last one everything longer. Bounds
 * belong to the bucket below them.
 */
export const LATENCY_BUCKETS = 38;

/** One call in a bucket, as `LatencyCount`s; the same array for the same bucket. */
export const ONE_CALL_IN: readonly (readonly (readonly [bucket: number, calls: number])[])[] =
  Array.from({ length: LATENCY_BUCKETS }, (_, bucket) => [[bucket, 1]]);

/** Upper bounds of all buckets but the last, in microseconds. */
const BOUNDS_US: readonly number[] = Array.from({ length: LATENCY_BUCKETS - 1 }, (_, bucket) =>
  Math.round(250 * 2 ** (bucket / 2)),
);

/** The bucket of a latency in whole microseconds. */
export function latencyBucket(latencyUs: number): number {
  let low = 0;
  let high = BOUNDS_US.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (latencyUs <= (BOUNDS_US[middle] ?? 0)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * The latency in milliseconds that a share of the calls did not exceed (0.95 for p95): the upper
 * bound of its bucket, never below the truth and less than a factor of √2 above it. Undefined if
 * nothing was measured.
 */
export function latencyPercentileMs(counts: readonly number[], share: number): number | undefined {
  const calls = counts.reduce((sum, count) => sum + count, 0);
  if (calls === 0) return undefined;
  const rank = Math.max(1, Math.ceil(share * calls));
  let seen = 0;
  const bucket = counts.findIndex((count) => {
    seen += count;
    return seen >= rank;
  });
  return (BOUNDS_US[Math.min(bucket, BOUNDS_US.length - 1)] ?? 0) / 1_000;
}
