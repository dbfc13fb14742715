import { newId, quarterHourStart } from "@tollbook/domain";
import type { Tx } from "@tollbook/service";
import { periodFrom } from "../domain/billing-period.ts";
import { customerNotFound } from "../domain/errors.ts";
import { hasEnded, type StoredSubscription } from "../domain/subscription.ts";
import { chosenVersion } from "./chosen-version.ts";
import { accountIn } from "./known-account.ts";
import type { Needs } from "./needs.ts";
import { tellEntitlement } from "./tell-entitlement.ts";

export interface SubscriptionOrder {
  readonly customerId: string;
  readonly planId: string;
  /** 0 means the newest published. */
  readonly planVersion: number;
}

/** Puts a customer on a plan, from the quarter hour that is running to the end of the month. */
export const createSubscription =
  (needs: Needs) =>
  async (tx: Tx, order: SubscriptionOrder): Promise<StoredSubscription> => {
    const { subscriptions, periods, references, clock } = needs;
    const { customerId, planId } = order;
    const account = await accountIn(tx, needs);
    const plan = await chosenVersion(tx, needs, planId, order.planVersion);
    // The lock lets one of two first subscriptions be the default.
    const customer = await references.customerForChange(tx, customerId);
    if (customer === undefined) throw customerNotFound(customerId);
    const now = clock.now();
    const startTime = quarterHourStart(now);
    const others = await subscriptions.ofCustomers(tx, [customerId]);
    const term = { number: 1, startTime, planId, planVersion: plan.version };
    const subscription: StoredSubscription = {
      subscriptionId: newId(),
      customerId,
      isDefault: !others.some((other) => other.isDefault && !hasEnded(other, now)),
      startTime,
      endTime: undefined,
      withoutFinalInvoice: false,
      terms: [term],
      period: periodFrom(startTime, account.timeZone, undefined),
      turnedOff: false,
      toldTerm: term.number,
      version: 1n,
      revision: 1n,
    };
    await subscriptions.add(tx, subscription);
    await subscriptions.addTerm(tx, subscription.subscriptionId, term, now);
    await periods.add(tx, [{ ...subscription, ...subscription.period }]);
    tellEntitlement(tx, needs, { subscription, plan, account });
    return subscription;
  };
