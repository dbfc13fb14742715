import type { Tx } from "@tollbook/service";
import type { ToldCustomer } from "../app/reference-store.ts";
import { accountOf } from "./account-of.ts";
import { CustomerRow } from "./schema.ts";

/** See ReferenceStore.fences. One trip: each answer to a gate takes it. */
export async function findFences(tx: Tx, customerIds: readonly string[]) {
  const text = `select customer_id, fence from customer
      where account_id = $1 and customer_id = any($2::uuid[])
    union all select null, meters_version from account_fence where account_id = $1`;
  interface Row {
    customer_id: string | null;
    fence: string;
  }
  const fences = new Map<string, bigint>();
  let metersVersion = 0n;
  for (const { customer_id, fence } of await tx.sql<Row>(text, [tx.accountId, customerIds])) {
    if (customer_id === null) metersVersion = BigInt(fence);
    else fences.set(customer_id, BigInt(fence));
  }
  return { fences, metersVersion };
}

/** See ReferenceStore.findExternal. */
export async function findExternal(
  tx: Tx,
  externalIds: readonly string[],
): Promise<ToldCustomer[]> {
  if (externalIds.length === 0) return [];
  const text = `select customer_id, external_id from customer
    where account_id = $1 and external_id = any($2::text[])`;
  interface Row {
    customer_id: string;
    external_id: string;
  }
  const rows = await tx.sql<Row>(text, [tx.accountId, externalIds]);
  return rows.map((row) => ({ customerId: row.customer_id, externalId: row.external_id }));
}

/** See ReferenceStore.addCustomers. A customer may be known by its keys before its name is told. */
export async function addCustomers(tx: Tx, customers: readonly ToldCustomer[]): Promise<void> {
  const text = `insert into customer as c (account_id, customer_id, external_id)
    select $1::uuid, t.id, t.external_id from unnest($2::uuid[], $3::text[]) as t (id, external_id)
    order by t.id
    on conflict (account_id, customer_id) do update set external_id = excluded.external_id
      where c.external_id is null`;
  const ids = customers.map(({ customerId }) => customerId);
  await tx.sql(text, [tx.accountId, ids, customers.map(({ externalId }) => externalId)]);
}

/** See ReferenceStore.markEntitled. */
export async function markEntitled(tx: Tx, customerIds: readonly string[]): Promise<void> {
  const where = { accountId: accountOf(tx), customerId: { $in: [...customerIds] } };
  await tx.em.nativeUpdate(CustomerRow, where, { entitled: true });
}
