import type { UsageItem } from "./usage-item.ts";

/** What items add up to. */
export interface UsageSums {
  readonly count: bigint;
  readonly units: bigint;
  readonly bytes: bigint;
}

/** Sums items. */
export function sumsOf(items: readonly UsageItem[]): UsageSums {
  let [count, units, bytes] = [0n, 0n, 0n];
  for (const item of items) {
    count += item.count;
    units += item.units;
    bytes += item.requestBytes + item.responseBytes;
  }
  return { count, units, bytes };
}
