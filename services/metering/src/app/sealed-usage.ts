import type { MeterSet } from "../domain/meter-set.ts";
import type { SealablePeriod } from "../domain/sealed-period.ts";
import { cutsOf, type SealedUnits, unitsOfCalls } from "../domain/sealed-units.ts";
import type { Store } from "./needs.ts";

/** A period, checked, with the number of the seal up to which its usage is read. */
export type ReadPeriod = SealablePeriod & { readonly sealNumber: number };

/** What each meter counted in periods over all seals up to a number of each, by stretches. */
export async function readSealedUsage(
  store: Store,
  meters: MeterSet,
  periods: readonly ReadPeriod[],
): Promise<SealedUnits[][]> {
  // Finer than a period needs, but never coarser: every start is a cut.
  const stretches = periods.flatMap((period) => period.stretches);
  const calls = await store.seals.calls(periods, cutsOf(stretches, meters));
  const usage: SealedUnits[][] = [];
  for (const [at, period] of periods.entries()) {
    const looked = await readLooked(store, meters, period);
    const units = unitsOfCalls(calls[at] ?? [], period.stretches, meters);
    usage.push([...units, ...looked].sort(byStretch));
  }
  return usage;
}

/** Greatest and distinct values do not add up: each period is asked for by itself. */
async function readLooked(
  { seals }: Store,
  meters: MeterSet,
  period: ReadPeriod,
): Promise<SealedUnits[]> {
  const looking = meters.eventRules.map(({ meter }) => meter);
  if (looking.length === 0) return [];
  return seals.metered(period, period.stretches, period.sealNumber, looking);
}

function byStretch({ stretch: one }: SealedUnits, { stretch: other }: SealedUnits): number {
  return one.start.getTime() - other.start.getTime();
}
