import type { Tx } from "@tollbook/service";
import { nextQuarterHour } from "../domain/billing-period.ts";
import { currencyChanges, subscriptionEnded } from "../domain/errors.ts";
import { type StoredSubscription, termInForce } from "../domain/subscription.ts";
import { chosenVersion } from "./chosen-version.ts";
import { accountIn } from "./known-account.ts";
import type { Needs } from "./needs.ts";
import { tellEntitlement } from "./tell-entitlement.ts";
import { turnedForChange } from "./turn-periods.ts";

export interface PlanChange {
  readonly subscriptionId: string;
  readonly planId: string;
  /** 0 means the newest published. */
  readonly planVersion: number;
  readonly atPeriodEnd: boolean;
  /** Only say what would become of it. */
  readonly validateOnly: boolean;
}

/**
 * Moves a subscription to another plan version; its id, and what was used, stay. Now: what it
 * may use changes at once, and calls are priced anew from the next quarter hour, since one
 * quarter hour has one price. At the period's end: both change when the period turns.
 */
export const changePlan =
  (needs: Needs) =>
  async (tx: Tx, change: PlanChange): Promise<StoredSubscription> => {
    const { subscriptions, plans, clock } = needs;
    const { subscriptionId, planId } = change;
    const account = await accountIn(tx, needs);
    const before = await turnedForChange(tx, needs, account, subscriptionId);
    if (before.endTime) throw subscriptionEnded(subscriptionId);
    const plan = await chosenVersion(tx, needs, planId, change.planVersion);
    const now = clock.now();
    const old = termInForce(before, now);
    const { terms } = await plans.version(tx, old.planId, old.planVersion);
    if (terms.currency !== plan.terms.currency) {
      throw currencyChanges(terms.currency, plan.terms.currency);
    }
    const startTime = change.atPeriodEnd ? before.period.end : nextQuarterHour(now);
    const number = before.terms.length + 1;
    const term = { number, startTime, planId, planVersion: plan.version };
    const after: StoredSubscription = {
      ...before,
      terms: [...before.terms, term],
      ...(!change.atPeriodEnd && {
        toldTerm: number,
        version: before.version + 1n,
        revision: before.revision + 1n,
      }),
    };
    if (change.validateOnly) return after;
    await subscriptions.addTerm(tx, subscriptionId, term, now);
    await subscriptions.save(tx, [after]);
    if (!change.atPeriodEnd) {
      tellEntitlement(tx, needs, { subscription: after, plan, account });
    }
    return after;
  };
