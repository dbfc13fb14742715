import type { Tx } from "@tollbook/service";
import { prepared } from "@tollbook/service/storage";
import type { FenceStore, Shared, SharedCustomer, SharedPeriod } from "../app/fence-store.ts";
import { arrayOf, timeText } from "./array-literal.ts";

/** See FenceStore. */
export function fenceStore(tx: Tx): FenceStore {
  return {
    share: (customers, periods) => share(tx, customers, periods),
    close: (customerId) => close(tx, customerId),
    raise: (customerId) => raise(tx, customerId),
  };
}

interface SharedRow {
  changed: string[] | null;
  meters_version: string;
  folded_until: Date | number;
}

/** A row that changes while we wait comes back as it is then: PostgreSQL looks at it again. */
async function share(
  tx: Tx,
  customers: readonly SharedCustomer[],
  periods: readonly SharedPeriod[],
): Promise<Shared> {
  const text = prepared("select * from share_books($1, $2, $3, $4, $5, $6, $7, $8)");
  const [row] = await tx.sql<SharedRow>(text, [
    tx.accountId,
    arrayOf(customers, ({ customerId }) => customerId),
    arrayOf(customers, ({ fence }) => fence),
    arrayOf(periods, ({ customerId }) => customerId),
    arrayOf(periods, ({ subscriptionId }) => subscriptionId),
    arrayOf(periods, ({ start }) => timeText(start)),
    arrayOf(periods, ({ fence }) => fence),
    arrayOf(periods, ({ sealNumber }) => sealNumber),
  ]);
  if (row === undefined) throw new Error("share_books gave no row");
  const { folded_until } = row;
  return {
    changedCustomerIds: row.changed ?? [],
    metersVersion: BigInt(row.meters_version),
    foldedUntil: folded_until instanceof Date ? folded_until : new Date(0),
  };
}

async function close(tx: Tx, customerId: string): Promise<void> {
  const key = [tx.accountId, customerId];
  await tx.sql(
    "insert into customer (account_id, customer_id) values ($1, $2) on conflict do nothing",
    key,
  );
  const customer = "select 1 from customer where account_id = $1 and customer_id = $2 for update";
  await tx.sql(customer, key);
  const periods = `select 1 from billing_period where account_id = $1 and customer_id = $2
    order by subscription_id, period_start for update`;
  await tx.sql(periods, key);
}

async function raise(tx: Tx, customerId: string): Promise<void> {
  const text = `with customer as (
      update customer set fence = fence + 1 where account_id = $1 and customer_id = $2
      returning fence
    )
    update billing_period p set fence = customer.fence from customer
    where p.account_id = $1 and p.customer_id = $2`;
  await tx.sql(text, [tx.accountId, customerId]);
}
