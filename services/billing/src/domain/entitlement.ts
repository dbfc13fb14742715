import type { Interval } from "@tollbook/domain";
import { periodsFrom } from "./billing-period.ts";
import type { PlanLimit, PlanVersion } from "./plan.ts";
import type { Subscription } from "./subscription.ts";

/** What a subscription gives its customer, as metering sees it. */
export interface Entitlement {
  readonly customerId: string;
  readonly subscriptionId: string;
  readonly isDefault: boolean;
  readonly timeZone: string;
  /** The running period and the next ones. */
  readonly periods: readonly Interval[];
  readonly limits: readonly PlanLimit[];
  readonly planName: string;
  readonly version: bigint;
  readonly revision: bigint;
  /** When the subscription began: what was used since then is its own. */
  readonly effectiveTime: Date;
  readonly endTime: Date | undefined;
  readonly thresholdPercents: readonly number[];
}

/** Metering must know a period before its first call arrives. */
const PERIODS_AHEAD = 2;

/** Told before a quota is used up, and when it is. */
const THRESHOLD_PERCENTS = [80, 100];

/** The entitlement of a subscription, whose running period is given. */
export function entitlementOf(
  subscription: Subscription,
  plan: PlanVersion,
  zone: string,
  period: Interval,
): Entitlement {
  const { customerId, subscriptionId, isDefault, endTime, version, revision } = subscription;
  return {
    customerId,
    subscriptionId,
    isDefault,
    timeZone: zone,
    periods: [period, ...periodsFrom(period.end, zone, endTime, PERIODS_AHEAD)],
    limits: plan.terms.limits,
    planName: plan.terms.name,
    version,
    revision,
    effectiveTime: subscription.startTime,
    endTime,
    thresholdPercents: THRESHOLD_PERCENTS,
  };
}
