import { QUARTER_HOUR_MS } from "@tollbook/domain";
import type { Tx } from "@tollbook/service";
import { nextQuarterHour } from "../domain/billing-period.ts";
import { subscriptionEnded } from "../domain/errors.ts";
import { type StoredSubscription, termInForce } from "../domain/subscription.ts";
import { accountIn } from "./known-account.ts";
import type { Needs } from "./needs.ts";
import { tellEntitlement } from "./tell-entitlement.ts";
import { turnedForChange } from "./turn-periods.ts";

export interface Cancellation {
  readonly subscriptionId: string;
  /** Otherwise with the quarter hour that is running. */
  readonly atPeriodEnd: boolean;
  readonly withoutInvoice: boolean;
}

/** Ends a subscription. Its last period is billed like any other, unless told otherwise. */
export const cancelSubscription =
  (needs: Needs) =>
  async (tx: Tx, cancellation: Cancellation): Promise<StoredSubscription> => {
    const { subscriptions, periods, plans, clock } = needs;
    const { subscriptionId, atPeriodEnd, withoutInvoice } = cancellation;
    const account = await accountIn(tx, needs);
    const before = await turnedForChange(tx, needs, account, subscriptionId);
    if (before.endTime) throw subscriptionEnded(subscriptionId);
    const now = clock.now();
    const endTime = atPeriodEnd ? before.period.end : soonestEnd(before, now);
    const after: StoredSubscription = {
      ...before,
      endTime,
      withoutFinalInvoice: withoutInvoice,
      period: { start: before.period.start, end: endTime },
      version: before.version + 1n,
      revision: before.revision + 1n,
    };
    await subscriptions.save(tx, [after]);
    await periods.moveEnd(tx, subscriptionId, before.period.start, endTime);
    const { planId, planVersion } = termInForce(before, now);
    const plan = await plans.version(tx, planId, planVersion);
    tellEntitlement(tx, needs, { subscription: after, plan, account });
    return after;
  };

/** With the running quarter hour, and never without one: a period is not empty. */
function soonestEnd({ period }: StoredSubscription, now: Date): Date {
  const end = nextQuarterHour(now);
  if (end.getTime() > period.start.getTime()) return end;
  return new Date(period.start.getTime() + QUARTER_HOUR_MS);
}
