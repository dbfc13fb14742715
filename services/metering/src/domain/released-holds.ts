import type { Hold } from "./usage-item.ts";

/** Units to be given back to one lease. */
export interface Release {
  readonly counterId: string;
  readonly gateId: string;
  units: bigint;
}

/** Sums holds by lease, sorted by counter and gate. */
export function releasesOf(holds: readonly Hold[]): Release[] {
  const byLease = new Map<string, Release>();
  for (const { gateId, units } of holds) {
    for (const held of units) {
      const name = `${held.counterId} ${gateId}`;
      const release = byLease.get(name) ?? { counterId: held.counterId, gateId, units: 0n };
      release.units += held.units;
      byLease.set(name, release);
    }
  }
  return [...byLease]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, release]) => release);
}
