import { contains, type Interval } from "@tollbook/domain";

/** A customer on a plan. The plan may change; the id, and with it what was used, stays. */
export interface Subscription {
  readonly subscriptionId: string;
  readonly customerId: string;
  /** Whether keys that name no subscription are charged to this one. */
  readonly isDefault: boolean;
  /** On a quarter hour. */
  readonly startTime: Date;
  /** On a quarter hour; undefined while it goes on. */
  readonly endTime: Date | undefined;
  /** Which plan versions it was, is and will be on, in the order they were decided. */
  readonly terms: readonly SubscriptionTerm[];
  /** Goes up by people's decisions. */
  readonly version: bigint;
  /** Goes up with each telling of its entitlement; never starts anew. */
  readonly revision: bigint;
}

/** A subscription with what its schedulers go by. */
export interface StoredSubscription extends Subscription {
  /** The running period; once it is over, until the scheduler has turned to the next, the last. */
  readonly period: Interval;
  /** Whether there is no further period to turn to. */
  readonly turnedOff: boolean;
  readonly withoutFinalInvoice: boolean;
  /** The number of the term that was told last. */
  readonly toldTerm: number;
}

/** From when on a subscription is on a plan version. */
export interface SubscriptionTerm {
  /** From 1, in the order they were decided. */
  readonly number: number;
  /** On a quarter hour: a bucket is priced by the version in force at its start. */
  readonly startTime: Date;
  readonly planId: string;
  readonly planVersion: number;
}

/** A part of a period in which one plan version was in force. */
export interface Stretch extends Interval {
  readonly planId: string;
  readonly planVersion: number;
}

export function hasEnded({ endTime }: Subscription, now: Date): boolean {
  return endTime !== undefined && endTime.getTime() <= now.getTime();
}

/** The term in force at an instant; of several that start together the last decided holds. */
export function termInForce(
  { terms }: Pick<Subscription, "terms">,
  instant: Date,
): SubscriptionTerm {
  const latest = terms
    .filter(({ startTime }) => startTime.getTime() <= instant.getTime())
    .sort((a, b) => a.startTime.getTime() - b.startTime.getTime() || a.number - b.number)
    .at(-1);
  if (latest === undefined) throw new Error("no plan is in force before a subscription begins");
  return latest;
}

/** A period cut where the plan version changes; together the stretches are the period. */
export function stretchesOf(
  subscription: Pick<Subscription, "terms">,
  period: Interval,
): Stretch[] {
  const cuts = subscription.terms
    .map(({ startTime }) => startTime)
    .filter((time) => contains(period, time) && time.getTime() > period.start.getTime())
    .sort((a, b) => a.getTime() - b.getTime());
  const edges = [period.start, ...cuts, period.end];
  const stretches: Stretch[] = [];
  for (const [index, start] of edges.slice(0, -1).entries()) {
    const end = edges[index + 1];
    if (end === undefined || end.getTime() === start.getTime()) continue;
    const { planId, planVersion } = termInForce(subscription, start);
    const last = stretches.at(-1);
    if (last?.planId === planId && last.planVersion === planVersion) {
      stretches[stretches.length - 1] = { ...last, end };
    } else {
      stretches.push({ start, end, planId, planVersion });
    }
  }
  return stretches;
}
