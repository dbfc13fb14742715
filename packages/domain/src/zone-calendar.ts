import { Temporal } from "temporal-polyfill";
import { type Interval, interval } from "./interval.ts";
import { IntervalMemo } from "./interval-memo.ts";

/** All zone names there are, twice over; more can only be odd spellings of them. */
const ZONES_MAX = 1_024;

const HOUR_MS = 3_600_000;

interface ZoneCalendar {
  readonly hours: IntervalMemo;
  readonly days: IntervalMemo;
  readonly months: IntervalMemo;
}

const calendars = new Map<string, ZoneCalendar>();

/**
 * The local clock hour containing the instant. Where clocks are set by less than an hour, the
 * hours beside the change are shorter; where they are set back, an hour comes twice.
 */
export function hourContaining(instant: Date, zone: string): Interval {
  return calendarOf(zone).hours.containing(instant);
}

/** The local day containing the instant: 23 or 25 hours long when clocks change. */
export function dayContaining(instant: Date, zone: string): Interval {
  return calendarOf(zone).days.containing(instant);
}

/** The local calendar month containing the instant. */
export function monthContaining(instant: Date, zone: string): Interval {
  return calendarOf(zone).months.containing(instant);
}

function calendarOf(zone: string): ZoneCalendar {
  const known = calendars.get(zone);
  if (known !== undefined) return known;
  const calendar: ZoneCalendar = {
    hours: new IntervalMemo((timeMs) => hourAt(timeMs, zone)),
    days: new IntervalMemo((timeMs) => dateSpanAt(timeMs, zone, dayOf, { days: 1 })),
    months: new IntervalMemo((timeMs) => dateSpanAt(timeMs, zone, monthOf, { months: 1 })),
  };
  if (calendars.size >= ZONES_MAX) calendars.clear();
  calendars.set(zone, calendar);
  return calendar;
}

const dayOf = (date: Temporal.PlainDate) => date;
const monthOf = (date: Temporal.PlainDate) => date.with({ day: 1 });

/**
 * The span of local dates around a time. Some clocks were once set back across midnight (St
 * John's until 2011), so a date can come again after the next has begun; it then belongs to the
 * next: each span ends where the next one starts, whatever clocks say in between.
 */
function dateSpanAt(
  timeMs: number,
  zone: string,
  firstOf: (date: Temporal.PlainDate) => Temporal.PlainDate,
  step: { readonly days?: number; readonly months?: number },
): Interval {
  let date = firstOf(zoned(timeMs, zone).toPlainDate());
  let startMs = startOf(date, zone);
  for (;;) {
    date = date.add(step);
    const endMs = startOf(date, zone);
    if (timeMs < endMs) return span(startMs, endMs);
    startMs = endMs;
  }
}

function hourAt(timeMs: number, zone: string): Interval {
  const offsetMs = offsetAt(timeMs, zone);
  const startMs = Math.floor((timeMs + offsetMs) / HOUR_MS) * HOUR_MS - offsetMs;
  const endMs = startMs + HOUR_MS;
  return span(
    offsetAt(startMs, zone) === offsetMs ? startMs : lastChange(timeMs, zone),
    offsetAt(endMs - 1, zone) === offsetMs ? endMs : nextChange(timeMs, zone),
  );
}

/** The last change of clocks at or before a time; asked only where there is one. */
function lastChange(timeMs: number, zone: string): number {
  const change = zoned(timeMs + 1, zone).getTimeZoneTransition("previous");
  if (change === null) throw new Error(`no clock change before ${timeMs} in ${zone}`);
  return change.epochMilliseconds;
}

/** The next change of clocks after a time; asked only where there is one. */
function nextChange(timeMs: number, zone: string): number {
  const change = zoned(timeMs, zone).getTimeZoneTransition("next");
  if (change === null) throw new Error(`no clock change after ${timeMs} in ${zone}`);
  return change.epochMilliseconds;
}

function startOf(date: Temporal.PlainDate, zone: string): number {
  return date.toZonedDateTime(zone).epochMilliseconds;
}

function offsetAt(timeMs: number, zone: string): number {
  return zoned(timeMs, zone).offsetNanoseconds / 1_000_000;
}

function zoned(timeMs: number, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(timeMs).toZonedDateTimeISO(zone);
}

function span(startMs: number, endMs: number): Interval {
  return interval(new Date(startMs), new Date(endMs));
}
