import type { Tx } from "@tollbook/service";
import type { FenceStore, SharedCustomer, SharedPeriod } from "../app/fence-store.ts";
import { arrayOf, timeText } from "./array-literal.ts";

/** See FenceStore. */
export function fenceStore(tx: Tx): FenceStore {
  return {
    share: async (customers, periods) => {
      if (!(await sharePeriods(tx, periods))) return false;
      return shareCustomers(tx, customers);
    },
    close: (customerId) => close(tx, customerId),
    raise: (customerId) => raise(tx, customerId),
  };
}

/** A row that changes while we wait comes back as it is then: PostgreSQL looks at it again. */
async function sharePeriods(tx: Tx, periods: readonly SharedPeriod[]): Promise<boolean> {
  if (periods.length === 0) return true;
  const text = `select subscription_id, period_start, fence, seal_number from billing_period
    where account_id = $1 and subscription_id = any($2::uuid[])
      and period_start = any($3::timestamptz[])
    order by subscription_id, period_start for share`;
  const ids = arrayOf(periods, ({ subscriptionId }) => subscriptionId);
  const starts = arrayOf(periods, ({ start }) => timeText(start));
  interface Row {
    subscription_id: string;
    period_start: Date;
    fence: string;
    seal_number: number;
  }
  const rows = await tx.sql<Row>(text, [tx.accountId, ids, starts]);
  const states = new Set(
    rows.map((row) => stateName(row.subscription_id, row.period_start, row.fence, row.seal_number)),
  );
  return periods.every(({ subscriptionId, start, fence, sealNumber }) =>
    states.has(stateName(subscriptionId, start, String(fence), sealNumber)),
  );
}

function stateName(id: string, start: Date, fence: string, sealNumber: number): string {
  return `${id} ${start.getTime()} ${fence} ${sealNumber}`;
}

async function shareCustomers(tx: Tx, customers: readonly SharedCustomer[]): Promise<boolean> {
  if (customers.length === 0) return true;
  const text = `select customer_id, fence from customer
    where account_id = $1 and customer_id = any($2::uuid[]) order by customer_id for share`;
  const ids = arrayOf(customers, ({ customerId }) => customerId);
  const rows = await tx.sql<{ customer_id: string; fence: string }>(text, [tx.accountId, ids]);
  const fences = new Map(rows.map((row) => [row.customer_id, BigInt(row.fence)]));
  return customers.every(({ customerId, fence }) => fences.get(customerId) === fence);
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
