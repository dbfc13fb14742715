import type { Interval } from "@tollbook/domain";

const formats = new Map<string, Intl.DateTimeFormat>();

/** A day in a zone, the month in words so that nobody takes it for the day: "1 December 2026". */
export function printedDay(instant: Date, zone: string): string {
  return formatOf(zone).format(instant);
}

/** The days a half-open span covers, first and last included: "10 – 30 November 2026". */
export function printedSpan({ start, end }: Interval, zone: string): string {
  const last = new Date(end.getTime() - 1);
  return formatOf(zone).formatRange(start, last).replaceAll("\u2009", " ");
}

/** Making a formatter is slow; an account has one zone. */
const FORMATS_MAX = 100;

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-IN", { dateStyle: "long", timeZone: zone });
    if (formats.size >= FORMATS_MAX) formats.clear();
    formats.set(zone, format);
  }
  return format;
}
