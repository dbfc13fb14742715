import type { Interval } from "@tollbook/domain";
import type { Tx } from "@tollbook/service";
import type { NumberedPeriod, PeriodKey, UsageSubject } from "../app/seal-store.ts";
import { arrayOf, timeText } from "./array-literal.ts";

/** What stands by quarter hour, cell and seal. */
type Table = "rollup" | "meter_rollup" | "meter_value";

/** Live rows of a subscription in a span; binds $1 to $5 are account, ids, start and end. */
export function sealable(table: Table): string {
  return `${table} r join usage_cell c on c.account_id = r.account_id and c.cell_id = r.cell_id
  where r.account_id = $1 and c.account_id = $1 and c.customer_id = $2 and c.subscription_id = $3
    and not c.test and r.bucket_start >= $4 and r.bucket_start < $5`;
}

/** The binds $1 to $5 of `sealable`. */
export function bindsOf(tx: Tx, period: PeriodKey): unknown[] {
  const { customerId, subscriptionId, start, end } = period;
  return [tx.accountId, customerId, subscriptionId, start, end];
}

/**
 * Live rows of several subscriptions' periods; `p` has the place of each, from 1, and its seal
 * number. The outermost bounds are constants, so that no partition outside of them is read.
 */
export function sealableAll(table: Table): string {
  return `unnest($2::uuid[], $3::uuid[], $4::timestamptz[], $5::timestamptz[], $6::integer[])
    with ordinality
    as p (customer_id, subscription_id, period_start, period_end, seal_number, place)
  join usage_cell c on c.account_id = $1 and c.customer_id = p.customer_id
    and c.subscription_id = p.subscription_id and not c.test
  join ${table} r on r.account_id = $1 and r.cell_id = c.cell_id
    and r.bucket_start >= p.period_start and r.bucket_start < p.period_end
    and r.bucket_start >= $7 and r.bucket_start < $8`;
}

/** The binds $1 to $8 of `sealableAll`. */
export function bindsOfAll(tx: Tx, periods: readonly NumberedPeriod[]): unknown[] {
  const times = (edge: "start" | "end") => periods.map((period) => period[edge].getTime());
  return [
    tx.accountId,
    arrayOf(periods, ({ customerId }) => customerId),
    arrayOf(periods, ({ subscriptionId }) => subscriptionId),
    arrayOf(periods, ({ start }) => timeText(start)),
    arrayOf(periods, ({ end }) => timeText(end)),
    arrayOf(periods, ({ sealNumber }) => sealNumber),
    new Date(Math.min(...times("start"))),
    new Date(Math.max(...times("end"))),
  ];
}

/** Rows of a subject in a span, live and test; binds $1 to $6 are account, ids, start and end. */
export function rowsOfSubject(table: Table): string {
  return `${table} r join usage_cell c on c.account_id = r.account_id and c.cell_id = r.cell_id
  where r.account_id = $1 and c.account_id = $1 and c.customer_id = $2
    and ($3::uuid is null or c.subscription_id = $3) and ($4::uuid is null or c.key_id = $4)
    and r.bucket_start >= $5 and r.bucket_start < $6`;
}

/** The binds $1 to $6 of `rowsOfSubject`. */
export function bindsOfSubject(tx: Tx, subject: UsageSubject, { start, end }: Interval): unknown[] {
  const { customerId, subscriptionId, keyId } = subject;
  return [tx.accountId, customerId, subscriptionId ?? null, keyId ?? null, start, end];
}
