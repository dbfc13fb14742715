import type { Interval } from "./interval.ts";

/** One minute, in milliseconds: what usage cells are cut into. */
export const MINUTE_MS = 60_000;

/** Fifteen minutes, in milliseconds: what rollups and prices are cut into. */
export const QUARTER_HOUR_MS = 15 * MINUTE_MS;

/** The start of the instant's minute, the same in every zone. */
export function minuteStart(instant: Date): Date {
  return floorTo(instant, MINUTE_MS);
}

/** The start of the instant's UTC quarter hour: the rollup bucket it belongs to. */
export function quarterHourStart(instant: Date): Date {
  return floorTo(instant, QUARTER_HOUR_MS);
}

/** Whether the instant is the very start of a quarter hour: where subscriptions may change. */
export function isQuarterHour(instant: Date): boolean {
  return instant.getTime() % QUARTER_HOUR_MS === 0;
}

/**
 * How many quarter hours a span holds, for charging a part of a period in proportion; a bigint,
 * so that it goes into exact arithmetic. Throws a plain Error unless both ends are on one.
 */
export function quarterHours({ start, end }: Interval): bigint {
  if (!isQuarterHour(start) || !isQuarterHour(end)) {
    throw new Error("only a span between quarter hours can be counted in them");
  }
  return BigInt((end.getTime() - start.getTime()) / QUARTER_HOUR_MS);
}

function floorTo(instant: Date, sizeMs: number): Date {
  return new Date(Math.floor(instant.getTime() / sizeMs) * sizeMs);
}
