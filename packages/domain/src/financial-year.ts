import { Temporal } from "temporal-polyfill";
import { type Interval, interval } from "./interval.ts";
import { IntervalMemo } from "./interval-memo.ts";

/** A year of account, 1 April to 31 March. */
export interface FinancialYear extends Interval {
  /** As it stands in an invoice number: "26-27". */
  readonly label: string;
}

/** Indian law counts the year on Indian clocks, whatever zone an account keeps. */
export const INDIA = "Asia/Kolkata";

const FIRST_MONTH = 4;

const years = new IntervalMemo((timeMs) => yearAt(timeMs, INDIA));

/**
 * The Indian financial year containing the instant: 2026-27 starts at 2026-03-31T18:30:00Z and
 * is labelled "26-27". Another zone moves its edges.
 */
export function financialYear(instant: Date, zone: string = INDIA): FinancialYear {
  if (zone !== INDIA) return yearAt(instant.getTime(), zone);
  return years.containing(instant) as FinancialYear;
}

function yearAt(timeMs: number, zone: string): FinancialYear {
  const date = Temporal.Instant.fromEpochMilliseconds(timeMs).toZonedDateTimeISO(zone);
  const year = date.month >= FIRST_MONTH ? date.year : date.year - 1;
  const label = `${twoDigits(year)}-${twoDigits(year + 1)}`;
  return Object.freeze({ ...interval(yearStart(year, zone), yearStart(year + 1, zone)), label });
}

function yearStart(year: number, zone: string): Date {
  const first = new Temporal.PlainDate(year, FIRST_MONTH, 1).toZonedDateTime(zone);
  return new Date(first.epochMilliseconds);
}

function twoDigits(year: number): string {
  return String(year % 100).padStart(2, "0");
}
