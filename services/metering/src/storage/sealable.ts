import type { Tx } from "@tollbook/service";
import type { PeriodKey } from "../app/seal-store.ts";

/** Live rollups of a subscription in a span; binds $1 to $5 are account, ids, start and end. */
export const SEALABLE = `rollup r join usage_cell c
    on c.account_id = r.account_id and c.cell_id = r.cell_id
  where r.account_id = $1 and c.account_id = $1 and c.customer_id = $2 and c.subscription_id = $3
    and not c.test and r.bucket_start >= $4 and r.bucket_start < $5`;

/** The binds $1 to $5 of `SEALABLE`. */
export function bindsOf(tx: Tx, period: PeriodKey): unknown[] {
  const { customerId, subscriptionId, start, end } = period;
  return [tx.accountId, customerId, subscriptionId, start, end];
}
