import type { Hold, UsageItem } from "./usage-item.ts";

/** Units to be given back to one lease. */
export interface Release {
  readonly counterId: string;
  readonly gateId: string;
  units: bigint;
}

/** How many items held the same; items share the holds of their batch. */
export type HoldTally = Map<Hold, number>;

/** Adds one item's hold to a tally, if it held something. */
export function tally(holds: HoldTally, hold: Hold | undefined, items = 1): void {
  if (hold !== undefined) holds.set(hold, (holds.get(hold) ?? 0) + items);
}

/** Adds the holds of items; items of one caller mostly hold the same. */
export function tallyAll(holds: HoldTally, items: readonly Pick<UsageItem, "hold">[]): void {
  let [hold, same]: [Hold | undefined, number] = [undefined, 0];
  for (const item of items) {
    if (item.hold === hold) same += 1;
    else {
      tally(holds, hold, same);
      [hold, same] = [item.hold, 1];
    }
  }
  tally(holds, hold, same);
}

/** Sums holds by lease, sorted by counter and gate. */
export function releasesOf(holds: HoldTally): Release[] {
  const byLease = new Map<string, Release>();
  for (const [{ gateId, units }, items] of holds) {
    for (const held of units) {
      const name = `${held.counterId} ${gateId}`;
      const release = byLease.get(name) ?? { counterId: held.counterId, gateId, units: 0n };
      release.units += held.units * BigInt(items);
      byLease.set(name, release);
    }
  }
  return [...byLease]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, release]) => release);
}
