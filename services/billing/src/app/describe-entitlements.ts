import type { Tx } from "@tollbook/service";
import { type Entitlement, entitlementOf } from "../domain/entitlement.ts";
import { hasEnded, termInForce } from "../domain/subscription.ts";
import { accountIn } from "./known-account.ts";
import type { Needs } from "./needs.ts";
import { turnedForChange } from "./turn-periods.ts";

export interface Description {
  readonly entitlements: readonly Entitlement[];
  readonly knownCustomerIds: readonly string[];
}

/**
 * What customers may use now, for metering that has not heard of them. A period that is over and
 * not yet turned is turned first, so that no answer is older than the news that follows it.
 */
export const describeEntitlements =
  (needs: Needs) =>
  async (tx: Tx, customerIds: readonly string[]): Promise<Description> => {
    const { references, subscriptions, plans, clock } = needs;
    const known = await references.customers(tx, customerIds);
    const knownCustomerIds = known.map(({ customerId }) => customerId);
    if (knownCustomerIds.length === 0) return { entitlements: [], knownCustomerIds };
    const account = await accountIn(tx, needs);
    const now = clock.now();
    const entitlements: Entitlement[] = [];
    for (const found of await subscriptions.ofCustomers(tx, knownCustomerIds)) {
      if (hasEnded(found, now)) continue;
      const isOver = found.period.end.getTime() <= now.getTime();
      const subscription = isOver
        ? await turnedForChange(tx, needs, account, found.subscriptionId)
        : found;
      const { planId, planVersion } = termInForce(subscription, now);
      const plan = await plans.version(tx, planId, planVersion);
      const { period } = subscription;
      entitlements.push(entitlementOf(subscription, plan, account.timeZone, period));
    }
    return { entitlements, knownCustomerIds };
  };
