import { contains, type Interval, interval } from "./interval.ts";
import { MINUTE_MS, minuteStart } from "./quarter-hour.ts";
import { dayContaining, hourContaining, monthContaining } from "./zone-calendar.ts";

/**
 * The span a limit counts over: a calendar minute, hour, day or month in the account's zone, the
 * subscription's billing period, or everything there ever was.
 */
export type Window = "minute" | "hour" | "day" | "month" | "period" | "total";

/** All windows, shortest first. */
export const WINDOWS: readonly Window[] = ["minute", "hour", "day", "month", "period", "total"];

/**
 * The one window of a "total" limit: from 1970 to the last day that a timestamp on the wire can
 * say.
 */
export const ALL_TIME: Interval = interval(
  new Date("1970-01-01T00:00:00Z"),
  new Date("9999-12-31T00:00:00Z"),
);

/**
 * The window around an instant; its `start` is the counter's `window_start`. Remembered per
 * zone, so asking for every item of a batch is cheap; the answer is shared, never change its
 * dates. `zone` must be one that `isTimeZone` knows, else a RangeError.
 *
 * A "period" is the one of `periods` (the subscription's billing periods) that contains the
 * instant; if none does, this throws a plain Error: ask `periodContaining` when in doubt.
 */
export function windowContaining(
  window: Window,
  instant: Date,
  zone: string,
  periods: readonly Interval[] = [],
): Interval {
  switch (window) {
    case "minute":
      return minuteContaining(instant);
    case "hour":
      return hourContaining(instant, zone);
    case "day":
      return dayContaining(instant, zone);
    case "month":
      return monthContaining(instant, zone);
    case "period":
      return periodContaining(periods, instant) ?? noPeriod(instant);
    case "total":
      return ALL_TIME;
  }
}

/** The minute around an instant; every zone in use is whole minutes from UTC. */
export function minuteContaining(instant: Date): Interval {
  const start = minuteStart(instant);
  return interval(start, new Date(start.getTime() + MINUTE_MS));
}

/** The one of some spans that contains the instant, or undefined. */
export function periodContaining(
  periods: readonly Interval[],
  instant: Date,
): Interval | undefined {
  return periods.find((period) => contains(period, instant));
}

function noPeriod(instant: Date): never {
  throw new Error(`no billing period contains ${instant.toISOString()}`);
}
