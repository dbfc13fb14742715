import {
  PeriodAnchor,
  Subscription as ProtoSubscription,
  SubscriptionState,
} from "@tollbook/contracts/billing/v1";
import { invalidField } from "@tollbook/domain";
import type { PlanVersion } from "../domain/plan.ts";
import { hasEnded, type StoredSubscription } from "../domain/subscription.ts";

/** A subscription as it is now, on the plan version that is in force. */
export function protoSubscription(
  subscription: StoredSubscription,
  plan: PlanVersion,
  now: Date,
): ProtoSubscription {
  const { subscriptionId, customerId, isDefault, startTime, endTime, period } = subscription;
  return ProtoSubscription.fromPartial({
    ...{ subscriptionId, customerId, isDefault, startTime },
    planId: plan.planId,
    planVersion: plan.version,
    planName: plan.terms.name,
    state: hasEnded(subscription, now) ? SubscriptionState.ENDED : SubscriptionState.ACTIVE,
    anchor: PeriodAnchor.CALENDAR,
    ...(endTime && { endTime }),
    periodStartTime: period.start,
    periodEndTime: period.end,
  });
}

/** Periods are calendar months; whoever asks for others is told. */
export function refuseOtherAnchors(anchor: PeriodAnchor): void {
  if (anchor !== PeriodAnchor.ANNIVERSARY) return;
  const sentence = "Periods from the day of subscribing are not offered yet; use calendar months.";
  throw invalidField("anchor", "NOT_OFFERED", sentence);
}
