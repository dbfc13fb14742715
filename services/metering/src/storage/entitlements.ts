import type { Tx } from "@tollbook/service";
import type { ToldEntitlement } from "../app/reference-store.ts";
import { accountOf } from "./account-of.ts";
import { AccountRow, EntitlementRow } from "./schema.ts";

/** See ReferenceStore.entitlementState. */
export async function entitlementState(tx: Tx, subscriptionId: string) {
  const where = { accountId: accountOf(tx), subscriptionId };
  const row = await tx.em.findOne(EntitlementRow, where, { disableIdentityMap: true });
  if (row === null) return undefined;
  const { version, revision, startTime } = row;
  return { version, revision, startTime };
}

/** See ReferenceStore.saveEntitlement. Limits are replaced by themselves. */
export async function saveEntitlement(tx: Tx, entitlement: ToldEntitlement): Promise<void> {
  const { subscriptionId, customerId, isDefault, timeZone, planName, startTime } = entitlement;
  const { thresholdPercents, version, revision } = entitlement;
  const row = {
    ...{ accountId: accountOf(tx), subscriptionId, customerId, isDefault, timeZone, planName },
    ...{ startTime, version, revision },
    endTime: entitlement.endTime ?? null,
    thresholdPercents: [...thresholdPercents],
  };
  await tx.em.upsert(EntitlementRow, row, { onConflictFields: ["accountId", "subscriptionId"] });
  await savePeriods(tx, entitlement);
}

/** A sealed period keeps its end; an open one may be cut short by the subscription's end. */
async function savePeriods(tx: Tx, entitlement: ToldEntitlement): Promise<void> {
  const { subscriptionId, customerId, periods } = entitlement;
  const text = `insert into billing_period as p
      (account_id, subscription_id, customer_id, period_start, period_end, fence)
    select $1::uuid, $2::uuid, $3::uuid, t.period_start, t.period_end, 0
    from unnest($4::timestamptz[], $5::timestamptz[]) as t (period_start, period_end)
    on conflict (account_id, subscription_id, period_start)
      do update set period_end = excluded.period_end where p.seal_number = 0`;
  const starts = periods.map(({ start }) => start);
  const ends = periods.map(({ end }) => end);
  await tx.sql(text, [accountOf(tx), subscriptionId, customerId, starts, ends]);
}

/** See ReferenceStore.saveAccountZone. */
export async function saveAccountZone(tx: Tx, timeZone: string, version: bigint): Promise<void> {
  const accountId = accountOf(tx);
  const row = await tx.em.findOne(AccountRow, { accountId }, { disableIdentityMap: true });
  if (row !== null && row.version >= version) return;
  await tx.em.upsert(AccountRow, { accountId, timeZone, version });
}
