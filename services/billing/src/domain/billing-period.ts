import {
  type Interval,
  interval,
  monthContaining,
  QUARTER_HOUR_MS,
  quarterHourStart,
} from "@tollbook/domain";

/** The quarter hour after the running one begins, or this instant if one begins just now. */
export function nextQuarterHour(instant: Date): Date {
  const start = quarterHourStart(instant);
  return start.getTime() === instant.getTime()
    ? start
    : new Date(start.getTime() + QUARTER_HOUR_MS);
}

/**
 * The billing period that begins at an instant: to the end of that calendar month in the
 * account's zone, or of the subscription if that comes first. Periods follow one another from
 * the subscription's start, so they have no gap even if the account moves to another zone.
 */
export function periodFrom(start: Date, zone: string, endTime: Date | undefined): Interval {
  const { end } = monthContaining(start, zone);
  return interval(
    start,
    endTime !== undefined && endTime.getTime() < end.getTime() ? endTime : end,
  );
}

/** As many periods as asked for, from an instant on; fewer if the subscription ends. */
export function periodsFrom(
  start: Date,
  zone: string,
  endTime: Date | undefined,
  count: number,
): Interval[] {
  const periods: Interval[] = [];
  let from = start;
  while (periods.length < count) {
    if (endTime !== undefined && from.getTime() >= endTime.getTime()) return periods;
    const period = periodFrom(from, zone, endTime);
    periods.push(period);
    from = period.end;
  }
  return periods;
}
