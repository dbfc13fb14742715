import { contains, type Interval } from "@tollbook/domain";
import type { Place, PlaceSums } from "./meter-rule.ts";
import type { MeterSet } from "./meter-set.ts";

/** Units of a meter in one stretch of a period; endpoint and method empty if they do not add up. */
export interface SealedUnits extends Place {
  readonly stretch: Interval;
  readonly meterId: string;
  units: bigint;
}

/** Where usage must be cut so that each part lies in one stretch and one version of each meter. */
export function cutsOf(stretches: readonly Interval[], { rules }: MeterSet): Date[] {
  const changes = stretches.flatMap((stretch) => rules.flatMap((rule) => rule.changesIn(stretch)));
  const times = [...stretches.map(({ start }) => start), ...changes].map((time) => time.getTime());
  return [...new Set(times)].sort((one, other) => one - other).map((time) => new Date(time));
}

/** What each meter that rollups can answer counted of calls, by stretch, endpoint and method. */
export function unitsOfCalls(
  calls: readonly PlaceSums[],
  stretches: readonly Interval[],
  { rollupRules }: MeterSet,
): SealedUnits[] {
  const rows = new Map<string, SealedUnits>();
  for (const sums of calls) {
    const stretch = stretches.find((one) => contains(one, sums.bucketStart));
    if (stretch === undefined) throw new Error("sealed usage lies outside its period");
    for (const rule of rollupRules) {
      const units = rule.unitsOfSums(sums);
      if (units === 0n) continue;
      const { meterId } = rule.meter;
      const { endpoint, method } = sums;
      const name = [stretch.start.getTime(), meterId, endpoint, method].join("\n");
      const row = rows.get(name) ?? { stretch, meterId, endpoint, method, units: 0n };
      row.units += units;
      rows.set(name, row);
    }
  }
  return [...rows.values()];
}

/** Units by meter over a whole period; `rows` of meters that do not add up are one each. */
export function totalsOf(rows: readonly SealedUnits[]): ReadonlyMap<string, bigint> {
  const totals = new Map<string, bigint>();
  for (const { meterId, units } of rows) totals.set(meterId, (totals.get(meterId) ?? 0n) + units);
  return totals;
}
