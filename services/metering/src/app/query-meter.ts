import { interval } from "@tollbook/domain";
import { type Meter, needsEvents } from "../domain/meter.ts";
import { MeterRule } from "../domain/meter-rule.ts";
import type { MeterQuestion, MeterRow, PlaceOfCalls, PlaceUnits } from "./meter-query-store.ts";
import type { Store } from "./needs.ts";
import type { UsagePage, UsageQuestion } from "./usage-query-store.ts";

/** What a meter counted, by interval and group, and over all. */
export async function queryMeter(
  { meterQueries }: Store,
  meter: Meter,
  question: UsageQuestion & UsagePage,
): Promise<{ rows: MeterRow[]; total: bigint }> {
  const known = needsEvents(meter) ? [] : await meterQueries.placesOf(question.filter);
  const asked: MeterQuestion = { ...question, meter, places: unitsOf(meter, known, question) };
  return { rows: await meterQueries.rows(asked), total: await meterQueries.total(asked) };
}

/** What calls of each kind count, stretch by stretch of the same values. */
function unitsOf(
  meter: Meter,
  places: readonly PlaceOfCalls[],
  { intervals }: UsageQuestion,
): PlaceUnits[] {
  const [start, end] = [intervals[0]?.start, intervals.at(-1)?.end];
  if (start === undefined || end === undefined) return [];
  const rule = new MeterRule(meter);
  return rule.stretchesIn(interval(start, end)).flatMap(({ start: startTime, end: endTime }) => {
    return places.flatMap((place) => {
      const one = { ...place, bucketStart: startTime, calls: 1n, units: 1n };
      const units = rule.unitsOfSums(one);
      return units === 0n ? [] : [{ ...place, startTime, endTime, units }];
    });
  });
}
