import type { UsageFold } from "./usage-fold.ts";

/** What a fold's items add up to. */
export interface UsageSums {
  readonly count: bigint;
  readonly units: bigint;
  readonly bytes: bigint;
  /** Calls by bucket of the latency histogram. */
  readonly latency: ReadonlyMap<number, number>;
}

const known = new WeakMap<UsageFold, UsageSums>();

/** Sums a fold's items, once. */
export function sumsOf(fold: UsageFold): UsageSums {
  const before = known.get(fold);
  if (before !== undefined) return before;
  let [count, units, bytes] = [0n, 0n, 0n];
  const latency = new Map<number, number>();
  for (const item of fold.items) {
    count += item.count;
    units += item.units;
    bytes += item.requestBytes + item.responseBytes;
    for (const [bucket, calls] of item.latency) {
      latency.set(bucket, (latency.get(bucket) ?? 0) + calls);
    }
  }
  const sums = { count, units, bytes, latency };
  known.set(fold, sums);
  return sums;
}
