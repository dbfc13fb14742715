import type { MeterSet } from "../domain/meter-set.ts";
import type { SealablePeriod } from "../domain/sealed-period.ts";
import { cutsOf, type SealedUnits, unitsOfCalls } from "../domain/sealed-units.ts";
import type { Store } from "./needs.ts";

/** What each meter counted in a period over all seals up to a number, by its stretches. */
export async function readSealedUsage(
  { seals }: Store,
  meters: MeterSet,
  period: SealablePeriod,
  sealNumber: number,
): Promise<SealedUnits[]> {
  const { stretches } = period;
  const calls = await seals.calls(period, cutsOf(stretches, meters), sealNumber);
  const looking = meters.eventRules.map(({ meter }) => meter);
  const looked =
    looking.length === 0 ? [] : await seals.metered(period, stretches, sealNumber, looking);
  return [...unitsOfCalls(calls, stretches, meters), ...looked].sort(byStretch);
}

function byStretch({ stretch: one }: SealedUnits, { stretch: other }: SealedUnits): number {
  return one.start.getTime() - other.start.getTime();
}
