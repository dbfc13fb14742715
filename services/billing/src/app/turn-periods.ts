import type { Tx } from "@tollbook/service";
import type { AccountRef } from "../domain/party.ts";
import { type StoredSubscription, termInForce } from "../domain/subscription.ts";
import { toldAnew, turnSubscription } from "../domain/turn-subscription.ts";
import { accountIn } from "./known-account.ts";
import type { Needs } from "./needs.ts";
import { tellEntitlement } from "./tell-entitlement.ts";

/** Some tenths of a second of locks. */
const TURN_BATCH = 500;

/**
 * Turns an account's subscriptions whose period is over to the one that is running: a row to bill
 * for each period on the way, and news of the periods ahead. Answers whether there may be more.
 */
export const turnPeriods =
  (needs: Needs) =>
  (accountId: string): Promise<{ more: boolean }> =>
    needs.database.inAccount(accountId, async (tx) => {
      const now = needs.clock.now();
      const due = await needs.subscriptions.dueForTurn(tx, now, TURN_BATCH);
      if (due.length === 0) return { more: false };
      await turnThese(tx, needs, await accountIn(tx, needs), due);
      return { more: due.length === TURN_BATCH };
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
  if (subscription.turnedOff || subscription.period.end.getTime() > now.getTime()) {
    return subscription;
  }
  const [turned] = await turnThese(tx, needs, account, [subscription]);
  return turned ?? subscription;
}

/** Turns subscriptions that are locked, with three statements for all of them. */
async function turnThese(
  tx: Tx,
  needs: Needs,
  account: AccountRef,
  locked: readonly StoredSubscription[],
): Promise<StoredSubscription[]> {
  const now = needs.clock.now();
  const turns = locked.map((each) => turnSubscription(each, account.timeZone, now));
  const begun = turns.flatMap(({ subscription, begun }) => {
    const { subscriptionId, customerId } = subscription;
    return begun.map(({ start, end }) => ({ subscriptionId, customerId, start, end }));
  });
  await needs.periods.add(tx, begun);
  const turned = turns.map(({ subscription }) => subscription);
  await saveAndTell(tx, needs, account, turned);
  for (const { turnedOff, isDefault, customerId } of turned) {
    if (turnedOff && isDefault) await passOnDefault(tx, needs, account, customerId);
  }
  return turned;
}

/** When a customer's default has ended, its next subscription takes over the unbound keys. */
async function passOnDefault(
  tx: Tx,
  needs: Needs,
  account: AccountRef,
  customerId: string,
): Promise<void> {
  const all = await needs.subscriptions.ofCustomers(tx, [customerId]);
  const running = all.filter(({ endTime }) => endTime === undefined);
  const [heir] = running.sort((a, b) => (a.subscriptionId < b.subscriptionId ? -1 : 1));
  if (heir === undefined || running.some(({ isDefault }) => isDefault)) return;
  const locked = await needs.subscriptions.getForChange(tx, heir.subscriptionId);
  const named = { ...locked, isDefault: true, version: locked.version + 1n };
  await saveAndTell(tx, needs, account, [toldAnew(named, needs.clock.now())]);
}

async function saveAndTell(
  tx: Tx,
  needs: Needs,
  account: AccountRef,
  subscriptions: readonly StoredSubscription[],
): Promise<void> {
  await needs.subscriptions.save(tx, subscriptions);
  for (const subscription of subscriptions) {
    if (subscription.turnedOff) continue;
    const { planId, planVersion } = termInForce(subscription, needs.clock.now());
    const plan = await needs.plans.version(tx, planId, planVersion);
    tellEntitlement(tx, needs, { subscription, plan, account });
  }
}
