import { type Interval, intersection } from "./interval.ts";
import { intervals } from "./intervals.ts";
import { monthContaining } from "./zone-calendar.ts";

/**
 * The billing period around an instant: its calendar month in the account's zone, cut to the
 * time the subscription is in force if that is given. Undefined if the subscription is not in
 * force at the instant.
 */
export function billingPeriodContaining(
  instant: Date,
  zone: string,
  inForce?: { readonly start: Date; readonly end?: Date | undefined },
): Interval | undefined {
  const month = monthContaining(instant, zone);
  if (inForce === undefined) return month;
  const time = instant.getTime();
  const end = inForce.end ?? month.end;
  if (time < inForce.start.getTime() || time >= end.getTime()) return undefined;
  return intersection(month, { start: inForce.start, end });
}

/** The billing periods that make up a range, in order; the first and last may be part months. */
export function billingPeriods(range: Interval, zone: string): Interval[] {
  return intervals(range, "month", zone);
}
