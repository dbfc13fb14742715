import { type Interval, interval } from "@tollbook/domain";
import { type Meter, needsEvents } from "../domain/meter.ts";
import { MeterRule } from "../domain/meter-rule.ts";
import type { FoldedDays } from "../domain/usage-pieces.ts";
import type { MeterQuestion, MeterRow, PlaceOfCalls, PlaceUnits } from "./meter-query-store.ts";
import type { Store } from "./needs.ts";
import type { UsagePage, UsageQuestion } from "./usage-query-store.ts";

/** What a meter counted, by interval and group, and over all. */
export async function queryMeter(
  { meterQueries }: Store,
  meter: Meter,
  question: UsageQuestion & UsagePage,
  folded: FoldedDays | undefined,
): Promise<{ rows: MeterRow[]; total: bigint }> {
  const known = needsEvents(meter) ? [] : await meterQueries.placesOf(question.filter);
  const rule = new MeterRule(meter);
  const stretches = stretchesOf(rule, question);
  const places = unitsOf(rule, known, stretches);
  const asked: MeterQuestion = { ...question, meter, stretches, places, folded };
  return { rows: await meterQueries.rows(asked), total: await meterQueries.total(asked) };
}

function stretchesOf(rule: MeterRule, { intervals }: UsageQuestion): Interval[] {
  const [start, end] = [intervals[0]?.start, intervals.at(-1)?.end];
  return start === undefined || end === undefined ? [] : rule.stretchesIn(interval(start, end));
}

/** What calls of each kind count, stretch by stretch of the same values. */
function unitsOf(
  rule: MeterRule,
  places: readonly PlaceOfCalls[],
  stretches: readonly Interval[],
): PlaceUnits[] {
  return stretches.flatMap(({ start: bucketStart }, stretch) => {
    return places.flatMap((place) => {
      const units = rule.unitsOfSums({ ...place, bucketStart, calls: 1n, units: 1n });
      return units === 0n ? [] : [{ ...place, stretch, units }];
    });
  });
}
