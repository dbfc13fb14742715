import type { Database } from "@tollbook/service";
import type { Periods, PeriodToBill } from "../app/needs.ts";
import { accountOf } from "./account-of.ts";

const COLUMNS = `p.subscription_id as "subscriptionId", p.customer_id as "customerId",
  p.start_time as "start", p.end_time as "end"`;

/** The periods of subscriptions: what is to bill, and what was billed. */
export const periodsIn = (database: Database): Periods => ({
  async add(tx, periods) {
    if (periods.length === 0) return;
    const ends = periods.map(({ end }) => end);
    const customerIds = periods.map(({ customerId }) => customerId);
    await tx.sql(ADD, [accountOf(tx), ...namesOf(periods), ends, customerIds]);
  },

  async moveEnd(tx, subscriptionId, startTime, endTime) {
    const text = `update billing_period set end_time = $4
      where account_id = $1 and subscription_id = $2 and start_time = $3 and bill_time is null`;
    await tx.sql(text, [accountOf(tx), subscriptionId, startTime, endTime]);
  },

  async countDue(tx, endedBy) {
    const text = `select count(*) as count from billing_period
      where account_id = $1 and bill_time is null and end_time <= $2`;
    const [row] = await tx.sql<{ count: string }>(text, [accountOf(tx), endedBy]);
    return Number.parseInt(row?.count ?? "0", 10);
  },

  claimDue: (tx, { endedBy, limit, holdMs }) =>
    tx.sql<PeriodToBill>(CLAIM, [accountOf(tx), endedBy, limit, holdMs]),

  async holdBack(tx, periods) {
    await tx.sql(HOLD_BACK, [accountOf(tx), ...namesOf(periods), RETRY_MAX_S]);
  },

  lockUnbilled: (tx, periods) =>
    tx.sql<PeriodToBill>(LOCK_UNBILLED, [accountOf(tx), ...namesOf(periods)]),

  async markBilled(tx, periods, billTime) {
    await tx.sql(MARK_BILLED, [
      accountOf(tx),
      ...namesOf(periods),
      periods.map(({ sealNumber }) => sealNumber),
      periods.map(({ usageSha256 }) => Buffer.from(usageSha256)),
      periods.map(({ invoiceId }) => invoiceId ?? null),
      billTime,
    ]);
  },

  async accountsDue(endedBy, limit) {
    const rows = await database.asWorker((tx) =>
      tx.sql<{ accountId: string }>(ACCOUNTS_DUE, [endedBy, limit]),
    );
    return rows.map(({ accountId }) => accountId);
  },
});

/** After a failure the next attempt waits 2 s, 4 s, 8 s and so on, at most this long. */
const RETRY_MAX_S = 60;

/** A period is named by its subscription and start. */
function namesOf(periods: readonly PeriodToBill[]): [string[], Date[]] {
  return [periods.map(({ subscriptionId }) => subscriptionId), periods.map(({ start }) => start)];
}

const ADD = `
  insert into billing_period (account_id, subscription_id, start_time, end_time, customer_id)
  select $1::uuid, * from unnest($2::uuid[], $3::timestamptz[], $4::timestamptz[], $5::uuid[])`;

const CLAIM = `
  update billing_period p
  set hold_until = clock_timestamp() + make_interval(secs => $4::double precision / 1000)
  from (
    select account_id, subscription_id, start_time from billing_period
    where account_id = $1 and bill_time is null and end_time <= $2
      and hold_until <= clock_timestamp()
    order by subscription_id, start_time limit $3::integer for update skip locked
  ) due
  where p.account_id = due.account_id and p.subscription_id = due.subscription_id
    and p.start_time = due.start_time
  returning ${COLUMNS}`;

const HOLD_BACK = `
  update billing_period p
  set attempts = p.attempts + 1, hold_until = clock_timestamp()
    + make_interval(secs => least(power(2, least(p.attempts + 1, 10)), $4::double precision))
  from unnest($2::uuid[], $3::timestamptz[]) as named(subscription_id, start_time)
  where p.account_id = $1 and p.subscription_id = named.subscription_id
    and p.start_time = named.start_time and p.bill_time is null`;

const LOCK_UNBILLED = `
  select ${COLUMNS} from billing_period p
  join unnest($2::uuid[], $3::timestamptz[]) as named(subscription_id, start_time)
    on p.subscription_id = named.subscription_id and p.start_time = named.start_time
  where p.account_id = $1 and p.bill_time is null
  order by p.subscription_id, p.start_time for update of p`;

const MARK_BILLED = `
  update billing_period p
  set seal_number = billed.seal_number, usage_sha256 = billed.usage_sha256,
    invoice_id = billed.invoice_id, bill_time = $7
  from unnest($2::uuid[], $3::timestamptz[], $4::integer[], $5::bytea[], $6::uuid[])
    as billed(subscription_id, start_time, seal_number, usage_sha256, invoice_id)
  where p.account_id = $1 and p.subscription_id = billed.subscription_id
    and p.start_time = billed.start_time`;

const ACCOUNTS_DUE = `
  select distinct account_id as "accountId" from billing_period
  where bill_time is null and end_time <= $1 and hold_until <= clock_timestamp() limit $2`;
