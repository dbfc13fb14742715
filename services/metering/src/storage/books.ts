import type { Tx } from "@tollbook/service";
import type { BillingPeriod, CustomerBook, Subscription } from "../domain/customer-book.ts";
import { accountOf } from "./account-of.ts";
import { limitsBySubject, NO_LIMITS } from "./limits.ts";
import { AccountRow, BillingPeriodRow, CustomerRow, EntitlementRow } from "./schema.ts";

const READ_ONLY = { disableIdentityMap: true } as const;

/** See ReferenceStore.findBooks. */
export async function findBooks(
  tx: Tx,
  customerIds: readonly string[],
  since: Date,
): Promise<CustomerBook[]> {
  if (customerIds.length === 0) return [];
  const where = { accountId: accountOf(tx), customerId: { $in: [...customerIds] } };
  // The fence is read first: what changes while we read makes it old, and we are told.
  const customers = await tx.em.find(CustomerRow, where, READ_ONLY);
  const accountZone = await findAccountZone(tx);
  const entitlements = await tx.em.find(EntitlementRow, where, READ_ONLY);
  const subjectIds = entitlements.map(({ subscriptionId }) => subscriptionId);
  const limits = await limitsBySubject(tx, subjectIds);
  const periods = await tx.em.find(
    BillingPeriodRow,
    { ...where, periodEnd: { $gt: since } },
    { ...READ_ONLY, orderBy: { periodStart: "asc" } },
  );
  return customers.map(({ customerId, fence, entitled }) => {
    const subscriptions = entitlements
      .filter((entitlement) => entitlement.customerId === customerId)
      .sort((one, other) => one.startTime.getTime() - other.startTime.getTime())
      .map((entitlement) => toSubscription(entitlement, limits, periods));
    return { customerId, fence, entitled, subscriptions, accountZone };
  });
}

/** See ReferenceStore.accountZone. */
export async function findAccountZone(tx: Tx): Promise<string | undefined> {
  const row = await tx.em.findOne(AccountRow, { accountId: accountOf(tx) }, READ_ONLY);
  return row?.timeZone;
}

function toSubscription(
  entitlement: EntitlementRow,
  limits: Awaited<ReturnType<typeof limitsBySubject>>,
  periods: readonly BillingPeriodRow[],
): Subscription {
  const { subscriptionId, isDefault, timeZone, planName, startTime, endTime } = entitlement;
  const own = periods.filter((period) => period.subscriptionId === subscriptionId);
  return {
    ...{ subscriptionId, isDefault, timeZone, planName, startTime },
    endTime: endTime ?? undefined,
    thresholdPercents: entitlement.thresholdPercents,
    periods: own.map(toPeriod),
    ...(limits.get(subscriptionId) ?? NO_LIMITS),
  };
}

function toPeriod({ periodStart, periodEnd, sealNumber }: BillingPeriodRow): BillingPeriod {
  return { start: periodStart, end: periodEnd, sealNumber };
}
