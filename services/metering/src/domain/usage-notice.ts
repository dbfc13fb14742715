import { dayContaining, hourContaining, type Interval, interval } from "@tollbook/domain";

const HOUR_MS = 3_600_000;
const WEEK_MS = 7 * 24 * HOUR_MS;

/** Usage of an hour is on its way for a moment after it. */
const GRACE_MS = 5 * 60_000;

/** What was unusual longer ago than this is no news any more. */
const NEWS_MS = 24 * HOUR_MS;

/** Weeks that the usual is the mean of. */
export const USUAL_WEEKS = 4;

/** Hours that ended and were not looked at yet. */
export interface HoursDue {
  /** The next hour of the account's clocks. */
  readonly hour: Interval;
  /** From where on silence is looked for: earlier than the hour if it was long ago. */
  readonly from: Date;
}

/** Up to where hours may be looked at. */
export function noticeableUntil(now: Date, zone: string): Date {
  return hourContaining(new Date(now.getTime() - GRACE_MS), zone).start;
}

/** The next hour to look at; undefined if none has ended since. */
export function nextHour(until: Date, now: Date, zone: string): HoursDue | undefined {
  const end = noticeableUntil(now, zone);
  if (until.getTime() >= end.getTime()) return undefined;
  const oldest = new Date(end.getTime() - NEWS_MS);
  const from = until.getTime() < oldest.getTime() ? oldest : until;
  const { end: hourEnd } = hourContaining(from, zone);
  return { hour: interval(from, hourEnd), from: until };
}

/** The same hour of the same weekday in each of the weeks before, by the zone's clocks. */
export function sameHours({ start, end }: Interval, zone: string): Interval[] {
  const day = dayContaining(start, zone).start.getTime();
  return Array.from({ length: USUAL_WEEKS }, (_, weeks) => {
    // Noon of that day, so that a change of clocks in between leads into no other day.
    const noon = new Date(day - (weeks + 1) * WEEK_MS + 12 * HOUR_MS);
    const before = dayContaining(noon, zone).start.getTime() - day;
    return interval(new Date(start.getTime() + before), new Date(end.getTime() + before));
  });
}
