import { invalidField } from "./domain-error.ts";
import { type Interval, interval } from "./interval.ts";
import { QUARTER_HOUR_MS, quarterHourStart } from "./quarter-hour.ts";
import { dayContaining, hourContaining, monthContaining } from "./zone-calendar.ts";

/** How finely usage is shown over time. */
export type Granularity = "quarter-hour" | "hour" | "day" | "month";

/** A year and more of quarter hours; a chart or an export asks for less. */
export const INTERVALS_MAX = 40_000;

/**
 * Cuts a range into local quarter hours, hours, days or months. The first and last are cut short
 * where the range begins and ends, so together they are the range: no gap, no overlap. An empty
 * range gives none. More than `INTERVALS_MAX`: "invalid" DomainError TOO_MANY_INTERVALS.
 */
export function intervals(range: Interval, granularity: Granularity, zone: string): Interval[] {
  const pieces: Interval[] = [];
  const rangeEndMs = range.end.getTime();
  let start = range.start;
  while (start.getTime() < rangeEndMs) {
    if (pieces.length >= INTERVALS_MAX) throw tooMany(granularity);
    const next = spanContaining(start, granularity, zone).end;
    const end = next.getTime() < rangeEndMs ? next : range.end;
    pieces.push(interval(start, end));
    start = end;
  }
  return pieces;
}

function spanContaining(instant: Date, granularity: Granularity, zone: string): Interval {
  switch (granularity) {
    case "quarter-hour":
      return quarterHourContaining(instant);
    case "hour":
      return hourContaining(instant, zone);
    case "day":
      return dayContaining(instant, zone);
    case "month":
      return monthContaining(instant, zone);
  }
}

function quarterHourContaining(instant: Date): Interval {
  const start = quarterHourStart(instant);
  return interval(start, new Date(start.getTime() + QUARTER_HOUR_MS));
}

function tooMany(granularity: Granularity) {
  const sentence = `More than ${INTERVALS_MAX} of ${granularity}; ask for a shorter time.`;
  return invalidField("range", "TOO_MANY_INTERVALS", sentence);
}
