import type { Interval } from "@tollbook/domain";
import { periodFrom } from "./billing-period.ts";
import { type StoredSubscription, termInForce } from "./subscription.ts";

/** A subscription turned to the period that is running, and the periods it went through. */
export interface Turn {
  readonly subscription: StoredSubscription;
  /** Each begun on the way, the running one last. None if the last period is over. */
  readonly begun: readonly Interval[];
}

/**
 * Turns a subscription as far as now. A plan change that waited for the period's end is
 * somebody's decision, so it is a version of its own; the next period alone is a revision.
 */
export function turnSubscription(before: StoredSubscription, zone: string, now: Date): Turn {
  const begun: Interval[] = [];
  let { period } = before;
  while (period.end.getTime() <= now.getTime()) {
    if (before.endTime && before.endTime.getTime() <= period.end.getTime()) {
      return { subscription: { ...before, period, turnedOff: true }, begun };
    }
    period = periodFrom(period.end, zone, before.endTime);
    begun.push(period);
  }
  return { subscription: toldAnew({ ...before, period }, now), begun };
}

/** A subscription whose entitlement is to be told again, under the term in force now. */
export function toldAnew(subscription: StoredSubscription, now: Date): StoredSubscription {
  const { number } = termInForce(subscription, now);
  const changed = number !== subscription.toldTerm;
  return {
    ...subscription,
    toldTerm: number,
    version: changed ? subscription.version + 1n : subscription.version,
    revision: subscription.revision + 1n,
  };
}
