/** 1 December 2026, in the zone's own calendar day. */
export function day(instant: Date, timeZone: string): string {
  const { day, month, year } = partsOf(instant, timeZone);
  return `${day} ${month} ${year}`;
}

/** 1 December 2026, 00:00 IST. */
export function moment(instant: Date, timeZone: string): string {
  const { hour, minute } = partsOf(instant, timeZone);
  return `${day(instant, timeZone)}, ${hour}:${minute} ${zoneName(instant, timeZone)}`;
}

/** 1 to 30 November 2026: the days of a half-open span. */
export function days(start: Date, end: Date, timeZone: string): string {
  const first = partsOf(start, timeZone);
  const last = partsOf(new Date(end.getTime() - 1), timeZone);
  const to = `${last.day} ${last.month} ${last.year}`;
  if (first.year !== last.year) return `${day(start, timeZone)} to ${to}`;
  if (first.month !== last.month) return `${first.day} ${first.month} to ${to}`;
  return first.day === last.day ? to : `${first.day} to ${to}`;
}

type Part = "day" | "month" | "year" | "hour" | "minute";

function partsOf(instant: Date, timeZone: string): Record<Part, string> {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  const found: Record<Part, string> = { day: "", month: "", year: "", hour: "", minute: "" };
  for (const { type, value } of format.formatToParts(instant)) {
    if (type in found) found[type as Part] = value;
  }
  return found;
}

/** Each knows the abbreviations its own people use: IST, EST, GMT, AEDT. */
const localesWithZoneNames = ["en-IN", "en-US", "en-GB", "en-AU"];

/** IST where there is a name people use, else the offset: UTC+05:45. */
function zoneName(instant: Date, timeZone: string): string {
  for (const locale of localesWithZoneNames) {
    const name = timeZoneName(instant, { locale, timeZone, style: "short" });
    if (/^[A-Z]{2,5}$/.test(name)) return name;
  }
  const offset = timeZoneName(instant, { locale: "en-GB", timeZone, style: "longOffset" });
  return offset.replace("GMT", "UTC");
}

interface ZoneNameRequest {
  locale: string;
  timeZone: string;
  style: "short" | "longOffset";
}

function timeZoneName(instant: Date, { locale, timeZone, style }: ZoneNameRequest): string {
  const format = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: style });
  return format.formatToParts(instant).find(({ type }) => type === "timeZoneName")?.value ?? "";
}
