import { LATENCY_BUCKETS } from "../domain/latency.ts";

/** What a rollup sums, besides latencies. */
export const FIGURES = ["calls", "refused", "errors", "units", "bytes"] as const;

/** Calls per bucket of the latency histogram; null where there were none. */
export const LATENCIES = Array.from(
  { length: LATENCY_BUCKETS },
  (_, bucket) => `latency_${bucket}`,
);

/** What an upsert of `rollup as r` sets: the sums of what is there and what comes. */
export function addedTo(latencies: readonly string[]): string {
  const figures = FIGURES.map((name) => `${name} = r.${name} + excluded.${name}`);
  const sums = latencies.map((name) => {
    return `${name} = coalesce(r.${name} + excluded.${name}, r.${name}, excluded.${name})`;
  });
  return [...figures, ...sums].join(", ");
}
