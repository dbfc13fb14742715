import { contains, type Interval } from "@tollbook/domain";
import type { MeterSet } from "./meter-set.ts";
import type { RateLimit } from "./rate-limit.ts";
import type { UsageLimit } from "./usage-limit.ts";

/** A billing period and how often it was sealed; usage in it joins the next seal. */
export interface BillingPeriod extends Interval {
  readonly sealNumber: number;
}

/** What one subscription gives its customer, as billing last told it. */
export interface Subscription {
  readonly subscriptionId: string;
  /** Keys that name no subscription are charged to this one. */
  readonly isDefault: boolean;
  readonly timeZone: string;
  readonly planName: string;
  readonly startTime: Date;
  readonly endTime: Date | undefined;
  /** Percentages of its limits that are told, 100 included or not. */
  readonly thresholdPercents: readonly number[];
  readonly periods: readonly BillingPeriod[];
  readonly limits: readonly UsageLimit[];
  readonly rates: readonly RateLimit[];
}

/**
 * All that metering knows of a customer. `fence` goes up with every change of it, in the
 * transaction of the change: who counted by an older book has to count again.
 */
export interface CustomerBook {
  readonly customerId: string;
  readonly fence: bigint;
  /** Whether billing has said which subscriptions it has; if not, none may mean anything. */
  readonly entitled: boolean;
  readonly subscriptions: readonly Subscription[];
  /** The account's zone, for limits of a key without a subscription; undefined: not heard yet. */
  readonly accountZone: string | undefined;
}

/** A customer's key, as auth last told it. */
export interface KeyReference {
  readonly keyId: string;
  readonly customerId: string;
  /** The subscription it names, if any. */
  readonly subscriptionId: string | undefined;
  readonly test: boolean;
  readonly limits: readonly UsageLimit[];
  readonly rates: readonly RateLimit[];
  /** The customer's fence when this was read. */
  readonly fence: bigint;
}

/**
 * The subscription that calls of a moment are charged to: the one the key names, else the
 * customer's default; undefined if none was in force then. A key whose subscription has ended
 * falls back to the default, so that its calls are not free for ever.
 */
export function subscriptionInForce(
  book: CustomerBook,
  named: string | undefined,
  instant: Date,
): Subscription | undefined {
  const inForce = book.subscriptions.filter((one) => isInForce(one, instant));
  return (
    inForce.find(({ subscriptionId }) => subscriptionId === named) ??
    inForce.find(({ isDefault }) => isDefault)
  );
}

/**
 * The limits that calls of a key stand under: its own and its subscription's. One on a meter that
 * is not there, or whose units do not add up call by call, cannot be kept, and is left out.
 */
export function limitsOn(
  meters: MeterSet,
  key: KeyReference | undefined,
  subscription: Subscription | undefined,
): UsageLimit[] {
  const limits = [...(subscription?.limits ?? []), ...(key?.limits ?? [])];
  return limits.filter(({ meterId }) => meters.limitable(meterId) !== undefined);
}

/** The rates that calls of a key stand under: its own and its subscription's. */
export function ratesOn(
  key: KeyReference | undefined,
  subscription: Subscription | undefined,
): RateLimit[] {
  return [...(subscription?.rates ?? []), ...(key?.rates ?? [])];
}

/** The billing period of a subscription that contains the instant, if metering was told of it. */
export function billingPeriodAt(
  subscription: Subscription | undefined,
  instant: Date,
): BillingPeriod | undefined {
  return subscription?.periods.find((period) => contains(period, instant));
}

function isInForce({ startTime, endTime }: Subscription, instant: Date): boolean {
  const time = instant.getTime();
  return startTime.getTime() <= time && (endTime === undefined || time < endTime.getTime());
}
