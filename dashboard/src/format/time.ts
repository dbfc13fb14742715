import { currentAccount } from "../api/session.ts";
import { accountLocale } from "./locale.ts";
import { dayOf } from "./zone-calendar.ts";

/** "23 Nov 2026", in the account's zone. */
export function formatDate(time: string | Date | undefined): string {
  return format(time, { day: "numeric", month: "short", year: "numeric" });
}

/** "23 Nov 2026, 16:05". */
export function formatMoment(time: string | Date | undefined): string {
  return format(time, {
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
}

/** "November 2026". */
export function formatMonth(time: string | Date | undefined): string {
  return format(time, { month: "long", year: "numeric" });
}

/** "14:00". */
export function formatHour(time: Date): string {
  return format(time, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

/** "23 Nov". */
export function formatDay(time: Date): string {
  return format(time, { day: "numeric", month: "short" });
}

/** A period's name: "November 2026" if it is a month, else its first and last day. */
export function formatPeriod(start: string, end: string): string {
  const { timeZone } = currentAccount();
  const lastInstant = new Date(Date.parse(end) - 1);
  const startsMonth = [start, end].every((time) => dayOf(new Date(time), timeZone).day === 1);
  if (startsMonth && formatMonth(start) === formatMonth(lastInstant)) return formatMonth(start);
  return `${formatDate(start)} – ${formatDate(lastInstant)}`;
}

function format(time: string | Date | undefined, options: Intl.DateTimeFormatOptions): string {
  if (time === undefined || time === "") return "–";
  const { timeZone } = currentAccount();
  return new Intl.DateTimeFormat(accountLocale(), { timeZone, ...options }).format(new Date(time));
}
