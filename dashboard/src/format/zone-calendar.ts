/** Calendar days and months of a time zone, as instants. */

interface CalendarDay {
  year: number;
  /** From 1. */
  month: number;
  day: number;
}

/** The calendar day an instant falls on in a zone. */
export function dayOf(instant: Date, timeZone: string): CalendarDay {
  const { year, month, day } = partsOf(instant, timeZone);
  return { year, month, day };
}

/** When a calendar day begins in a zone. Days beyond a month's end run on into the next. */
export function startOfDay({ year, month, day }: CalendarDay, timeZone: string): Date {
  const asIfUtc = Date.UTC(year, month - 1, day);
  // The zone's offset depends on the instant sought; a second look settles a change near it.
  let instant = asIfUtc - offsetMs(new Date(asIfUtc), timeZone);
  instant = asIfUtc - offsetMs(new Date(instant), timeZone);
  return new Date(instant);
}

export interface Range {
  start: Date;
  /** Not included. */
  end: Date;
  /** Starts of the intervals in it. */
  steps: Date[];
}

const hourMs = 3_600_000;

/** The day an instant falls on, by the hour. */
export function today(now: Date, timeZone: string): Range {
  const day = dayOf(now, timeZone);
  const start = startOfDay(day, timeZone);
  const end = startOfDay({ ...day, day: day.day + 1 }, timeZone);
  const hours = Math.round((end.getTime() - start.getTime()) / hourMs);
  const steps = Array.from({ length: hours }, (_, i) => new Date(start.getTime() + i * hourMs));
  return { start, end, steps };
}

/** The month an instant falls into, or one before it, by the day. */
export function month(now: Date, timeZone: string, monthsBack = 0): Range {
  const here = dayOf(now, timeZone);
  const first = { year: here.year, month: here.month - monthsBack, day: 1 };
  const start = startOfDay(first, timeZone);
  const end = startOfDay({ ...first, month: first.month + 1 }, timeZone);
  const days = Math.round((end.getTime() - start.getTime()) / (24 * hourMs));
  const steps = Array.from({ length: days }, (_, i) =>
    startOfDay({ ...first, day: 1 + i }, timeZone),
  );
  return { start, end, steps };
}

function offsetMs(instant: Date, timeZone: string): number {
  const { year, month: monthOf, day, hour, minute, second } = partsOf(instant, timeZone);
  const local = Date.UTC(year, monthOf - 1, day, hour, minute, second);
  return local - Math.floor(instant.getTime() / 1_000) * 1_000;
}

function partsOf(instant: Date, timeZone: string) {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  const parts = Object.fromEntries(
    format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]),
  ) as Record<"year" | "month" | "day" | "hour" | "minute" | "second", number>;
  return parts;
}
