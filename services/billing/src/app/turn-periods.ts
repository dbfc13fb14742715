import type { Tx } from "@tollbook/service";
import { periodFrom } from "../domain/billing-period.ts";
import type { AccountRef } from "../domain/party.ts";
import { type StoredSubscription, termInForce } from "../domain/subscription.ts";
import { accountIn } from "./known-account.ts";
import type { Needs } from "./needs.ts";
import { tellEntitlement } from "./tell-entitlement.ts";

/** Some tenths of a second of locks. */
const TURN_BATCH = 200;

/**
 * Turns an account's subscriptions whose period is over to the one that is running: a row to bill
 * for each period on the way, and news of the periods ahead. Gives how many it turned; if that
 * is a full batch there may be more.
 */
export const turnPeriods =
  (needs: Needs) =>
  (accountId: string): Promise<{ turned: number; more: boolean }> =>
    needs.database.inAccount(accountId, async (tx) => {
      const now = needs.clock.now();
      const due = await needs.subscriptions.dueForTurn(tx, now, TURN_BATCH);
      if (due.length === 0) return { turned: 0, more: false };
      const account = await accountIn(tx, needs);
      for (const subscription of due) await turn(tx, needs, account, subscription, now);
      return { turned: due.length, more: due.length === TURN_BATCH };
    });

/** A subscription, locked until the transaction ends, in the period that is running now. */
export async function turnedForChange(
  tx: Tx,
  needs: Needs,
  account: AccountRef,
  subscriptionId: string,
): Promise<StoredSubscription> {
  const subscription = await needs.subscriptions.getForChange(tx, subscriptionId);
  const now = needs.clock.now();
  const isOver = !subscription.turnedOff && subscription.period.end.getTime() <= now.getTime();
  return isOver ? turn(tx, needs, account, subscription, now) : subscription;
}

/** Turns one subscription, which is locked, as far as now. */
async function turn(
  tx: Tx,
  needs: Needs,
  account: AccountRef,
  before: StoredSubscription,
  now: Date,
): Promise<StoredSubscription> {
  let { period } = before;
  while (period.end.getTime() <= now.getTime()) {
    if (before.endTime && before.endTime.getTime() <= period.end.getTime()) {
      return turnOff(tx, needs, account, { ...before, period });
    }
    period = periodFrom(period.end, account.timeZone, before.endTime);
    await needs.periods.add(tx, { ...before, ...period });
  }
  return tell(tx, needs, account, { ...before, period });
}

/** The last period is over. The customer's next subscription takes over its unbound keys. */
async function turnOff(
  tx: Tx,
  needs: Needs,
  account: AccountRef,
  ended: StoredSubscription,
): Promise<StoredSubscription> {
  const off = { ...ended, turnedOff: true };
  await needs.subscriptions.save(tx, off);
  if (!ended.isDefault) return off;
  const others = await needs.subscriptions.ofCustomers(tx, [ended.customerId]);
  const running = others.filter(({ endTime }) => endTime === undefined);
  const [heir] = running.sort((a, b) => (a.subscriptionId < b.subscriptionId ? -1 : 1));
  if (heir === undefined || running.some(({ isDefault }) => isDefault)) return off;
  const locked = await needs.subscriptions.getForChange(tx, heir.subscriptionId);
  await tell(tx, needs, account, { ...locked, isDefault: true, version: locked.version + 1n });
  return off;
}

/** A plan change that waited for the period's end is somebody's decision: a version of its own. */
async function tell(
  tx: Tx,
  needs: Needs,
  account: AccountRef,
  turned: StoredSubscription,
): Promise<StoredSubscription> {
  const { number, planId, planVersion } = termInForce(turned, needs.clock.now());
  const plan = await needs.plans.version(tx, planId, planVersion);
  const changed = number !== turned.toldTerm;
  const subscription: StoredSubscription = {
    ...turned,
    toldTerm: number,
    version: changed ? turned.version + 1n : turned.version,
    revision: turned.revision + 1n,
  };
  await needs.subscriptions.save(tx, subscription);
  tellEntitlement(tx, needs, { subscription, plan, account });
  return subscription;
}
