import type { Interval } from "@tollbook/domain";
import type { Tx } from "@tollbook/service";
import type { PeriodKey, UsageSubject } from "../app/seal-store.ts";

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
