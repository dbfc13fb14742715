import type { Tx } from "@tollbook/service";
import { accountOf } from "./account-of.ts";

/** See MeterStore.version. */
export async function metersVersion(tx: Tx): Promise<bigint> {
  const text = "select meters_version from account_fence where account_id = $1";
  const [row] = await tx.sql<{ meters_version: string }>(text, [accountOf(tx)]);
  return BigInt(row?.meters_version ?? 0);
}

/** See MeterStore.close. Ingest shares this row last. */
export async function closeMeters(tx: Tx): Promise<void> {
  const key = [accountOf(tx)];
  await tx.sql("insert into account_fence (account_id) values ($1) on conflict do nothing", key);
  await tx.sql("select 1 from account_fence where account_id = $1 for update", key);
}

/** See MeterStore.raise. */
export async function raiseMeters(tx: Tx): Promise<void> {
  const text = "update account_fence set meters_version = meters_version + 1 where account_id = $1";
  await tx.sql(text, [accountOf(tx)]);
}
