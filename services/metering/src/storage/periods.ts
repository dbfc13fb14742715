import type { Tx } from "@tollbook/service";
import type { PeriodKey, SealStore } from "../app/seal-store.ts";
import { arrayOf, timeText } from "./array-literal.ts";
import { callSums } from "./call-sums.ts";
import { digests, haveLateUsage } from "./digests.ts";
import { metered } from "./metered.ts";
import { seals } from "./seals.ts";
import { adopt, lockUnclaimed } from "./unclaimed.ts";

/** See SealStore. */
export function sealStore(tx: Tx): SealStore {
  return {
    makePeriods: (periods) => makePeriods(tx, periods),
    lockPeriods: (periods) => lockPeriods(tx, periods),
    haveLateUsage: (periods) => haveLateUsage(tx, periods),
    digests: (periods) => digests(tx, periods),
    ...seals(tx),
    ...callSums(tx),
    ...metered(tx),
    lockUnclaimed: (customerId, span) => lockUnclaimed(tx, customerId, span),
    adopt: (subscription, span) => adopt(tx, subscription, span),
  };
}

function keysOf(tx: Tx, periods: readonly PeriodKey[]): unknown[] {
  return [
    tx.accountId,
    arrayOf(periods, ({ subscriptionId }) => subscriptionId),
    arrayOf(periods, ({ start }) => timeText(start)),
  ];
}

const KEYS = `unnest($2::uuid[], $3::timestamptz[]) with ordinality
  as t (subscription_id, period_start, place)`;

/**
 * Ingest that knows a period shares its row; ingest that does not yet shares the customer's. So
 * periods nobody has heard of are made under the customers' rows, and their fences raised.
 */
async function makePeriods(tx: Tx, periods: readonly PeriodKey[]): Promise<void> {
  const find = `select t.place::integer as place from ${KEYS} where not exists (
    select from billing_period p where p.account_id = $1
      and p.subscription_id = t.subscription_id and p.period_start = t.period_start)`;
  const missing = await tx.sql<{ place: number }>(find, keysOf(tx, periods));
  const strange = missing.flatMap(({ place }) => periods[place - 1] ?? []);
  if (strange.length === 0) return;
  await closeCustomers(tx, strange);
  const make = `insert into billing_period
      (account_id, subscription_id, period_start, period_end, customer_id, fence)
    select $1::uuid, t.*, 0
    from unnest($2::uuid[], $3::timestamptz[], $4::timestamptz[], $5::uuid[]) as t
    on conflict do nothing`;
  const ends = arrayOf(strange, ({ end }) => timeText(end));
  const owners = arrayOf(strange, ({ customerId }) => customerId);
  await tx.sql(make, [...keysOf(tx, strange), ends, owners]);
  const raise = `with customer as (
      update customer set fence = fence + 1 where account_id = $1 and customer_id = any($2::uuid[])
      returning customer_id, fence
    )
    update billing_period p set fence = customer.fence from customer
    where p.account_id = $1 and p.customer_id = customer.customer_id`;
  await tx.sql(raise, [tx.accountId, owners]);
}

/** As FenceStore.close does with one: customers, made if they are not there, then their periods. */
async function closeCustomers(tx: Tx, periods: readonly PeriodKey[]): Promise<void> {
  const binds = [tx.accountId, arrayOf(periods, ({ customerId }) => customerId)];
  const make = `insert into customer (account_id, customer_id)
    select distinct $1::uuid, t.id from unnest($2::uuid[]) as t (id) order by 2
    on conflict do nothing`;
  await tx.sql(make, binds);
  const customers = `select from customer where account_id = $1 and customer_id = any($2::uuid[])
    order by customer_id for update`;
  await tx.sql(customers, binds);
  const rows = `select from billing_period
    where account_id = $1 and customer_id = any($2::uuid[])
    order by subscription_id, period_start for update`;
  await tx.sql(rows, binds);
}

/** In the order in which ingest shares them. */
async function lockPeriods(tx: Tx, periods: readonly PeriodKey[]): Promise<number[]> {
  const text = `select t.place::integer as place, p.seal_number
    from billing_period p join ${KEYS}
      on p.subscription_id = t.subscription_id and p.period_start = t.period_start
    where p.account_id = $1 order by p.subscription_id, p.period_start for update of p`;
  type Locked = { place: number; seal_number: number };
  const rows = await tx.sql<Locked>(text, keysOf(tx, periods));
  if (rows.length < periods.length) throw new Error("a billing period was made and is not there");
  const numbers = periods.map(() => 0);
  for (const { place, seal_number } of rows) numbers[place - 1] = seal_number;
  return numbers;
}
