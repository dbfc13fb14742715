import type { Tx } from "@tollbook/service";

/**
 * Sums what the next statement will drop, once: nothing is ever added to these partitions again.
 * Batches are dropped by the week of their id (UUIDv7, wall clock), rollups by month.
 */
export async function sumBatches(tx: Tx, before: Date): Promise<void> {
  const text = `insert into dropped_sum (account_id, source, until, calls)
    select account_id, 'usage_batch', week_end, sum(counted) from (
      select account_id, counted, to_timestamp(
        (floor(extract(epoch from id_time(batch_id)) / 604800) + 1) * 604800) as week_end
      from usage_batch where batch_id < id_floor($1)
    ) as old where week_end <= $1 group by account_id, week_end
    order by 1, 3 on conflict do nothing`;
  await tx.sql(text, [before]);
}

/** The same of rollups. */
export async function sumRollups(tx: Tx, before: Date): Promise<void> {
  const text = `insert into dropped_sum (account_id, source, until, calls)
    select account_id, 'rollup', month_end, sum(calls + refused) from (
      select account_id, calls, refused, (date_trunc('month', bucket_start at time zone 'UTC')
        + interval '1 month') at time zone 'UTC' as month_end
      from rollup where bucket_start < $1
    ) as old where month_end <= $1 group by account_id, month_end
    order by 1, 3 on conflict do nothing`;
  await tx.sql(text, [before]);
}
