import type { Database } from "@tollbook/service";

/**
 * How long a row stays. Counted from the commit that wrote it (which publishing follows within a
 * second, unless NATS is away), so that an inbox, which keeps an id 40 days from hearing it,
 * always outlives the row: not even a full resynchronisation can be heard as news.
 */
export const OUTBOX_KEPT_DAYS = 35;

/** Rows of one delete: some milliseconds of locks. */
const TRIM_BATCH = 1_000;

/** Deletes a bounded batch of rows past their time, as worker. Answers whether more may wait. */
export async function trimOutbox(database: Database): Promise<boolean> {
  const [row] = await database.asWorker((tx) =>
    tx.sql<{ trimmed: string }>(TRIM, [OUTBOX_KEPT_DAYS, TRIM_BATCH]),
  );
  return row !== undefined && BigInt(row.trimmed) >= BigInt(TRIM_BATCH);
}

const TRIM = `
  with expired as (
    select account_id, number from outbox
    where written_time < now() - make_interval(days => $1::integer)
    order by written_time limit $2::integer for update skip locked
  ), trimmed as (
    delete from outbox o using expired e
    where o.account_id = e.account_id and o.number = e.number
    returning o.xid
  ), noted as (
    update outbox_epoch
    set trimmed_xid = greatest(trimmed_xid, (select xid from trimmed order by xid desc limit 1))
    where exists (select from trimmed)
  )
  select count(*) as trimmed from trimmed`;
