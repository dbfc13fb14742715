import type { Interval } from "@tollbook/domain";
import type { Tx } from "@tollbook/service";
import type { NoticeStore } from "../app/notice-store.ts";
import { arrayOf } from "./array-literal.ts";
import { Binds } from "./binds.ts";

/** Customers told of at once: so many at the same hour are trouble of the account's own. */
const TOLD_MAX = 2_000;

/** Who tried the API once and left did not go silent. */
const DAYS_CALLED_MIN = 3;

/** Usage may come so late; what ended before is known. */
const LATE_DAYS = 36;

/** See NoticeStore. */
export function noticeStore(tx: Tx): NoticeStore {
  return {
    lock: (first) => lock(tx, first),
    advance: async (until) => {
      const text = "update usage_notice set noticed_until = $2 where account_id = $1";
      await tx.sql(text, [tx.accountId, until]);
    },
    silent: (span, end) => silent(tx, span, end),
    spiked: (...asked) => spiked(tx, ...asked),
    noteSpikes: (...asked) => noteSpikes(tx, ...asked),
  };
}

async function lock(tx: Tx, first: Date): Promise<Date> {
  const make = `insert into usage_notice (account_id, noticed_until) values ($1, $2)
    on conflict do nothing`;
  await tx.sql(make, [tx.accountId, first]);
  const text = "select noticed_until from usage_notice where account_id = $1 for update";
  const [row] = await tx.sql<{ noticed_until: Date }>(text, [tx.accountId]);
  if (row === undefined) throw new Error("an account's notice was made and is not there");
  return row.noticed_until;
}

/** Live calls of a customer, refused ones included, by its cells. */
const CALLS_OF = `usage_cell k join rollup r on r.account_id = $1 and r.cell_id = k.cell_id
    and r.calls + r.refused > 0
  where k.account_id = $1 and k.customer_id = q.customer_id and not k.test`;

/** Few customers call last in an hour; only of those is more read. All bounds are constants. */
const SILENT = `with q as (
    select c.customer_id, max(r.bucket_start) as last_bucket
    from rollup r join usage_cell c on c.account_id = $1 and c.cell_id = r.cell_id and not c.test
    where r.account_id = $1 and r.calls + r.refused > 0
      and r.bucket_start >= $2 and r.bucket_start < $3
    group by c.customer_id
  )
  select q.customer_id, q.last_bucket from q
  where not exists (select from ${CALLS_OF} and r.bucket_start >= $3 and r.bucket_start < $4)
    and (select count(distinct ceil(extract(epoch from q.last_bucket - r.bucket_start) / 86400))
      from ${CALLS_OF} and r.bucket_start > q.last_bucket - interval '7 days'
        and r.bucket_start <= q.last_bucket and r.bucket_start >= $5 and r.bucket_start < $3
    ) >= ${DAYS_CALLED_MIN}
  order by q.last_bucket, q.customer_id limit ${TOLD_MAX}`;

async function silent(tx: Tx, { start, end }: Interval, until: Date) {
  const daysBefore = (time: Date, days: number) => new Date(time.getTime() - days * 86_400_000);
  const oldest = daysBefore(end, LATE_DAYS);
  const from = start.getTime() < oldest.getTime() ? oldest : start;
  const binds = [tx.accountId, from, end, until, daysBefore(from, 7)];
  const rows = await tx.sql<{ customer_id: string; last_bucket: Date }>(SILENT, binds);
  return rows.map((row) => ({ customerId: row.customer_id, lastBucket: row.last_bucket }));
}

async function spiked(
  tx: Tx,
  hour: Interval,
  before: readonly Interval[],
  { factor, callsMin }: { readonly factor: number; readonly callsMin: number },
) {
  const binds = new Binds(tx.accountId);
  const within = ({ start, end }: Interval) => {
    return `(r.bucket_start >= ${binds.add(start)} and r.bucket_start < ${binds.add(end)})`;
  };
  const [now, earlier] = [within(hour), before.map(within).join(" or ")];
  const text = `select * from (
      select c.customer_id, coalesce(sum(r.calls) filter (where ${now}), 0) as calls,
        coalesce(sum(r.calls) filter (where ${earlier}), 0) as before
      from rollup r join usage_cell c on c.account_id = $1 and c.cell_id = r.cell_id and not c.test
      where r.account_id = $1 and (${now} or ${earlier}) group by c.customer_id
    ) as u
    where calls >= ${binds.add(callsMin)}::bigint and before > 0
      and calls * ${before.length} >= before * ${binds.add(factor)}::bigint
    order by calls desc, customer_id limit ${TOLD_MAX}`;
  const rows = await tx.sql<{ customer_id: string; calls: string; before: string }>(
    text,
    binds.values,
  );
  return rows.map((row) => {
    const [calls, callsBefore] = [BigInt(row.calls), BigInt(row.before)];
    return { customerId: row.customer_id, calls, callsBefore };
  });
}

/** Whoever looks holds the account's row: nobody notes in between. */
async function noteSpikes(
  tx: Tx,
  customerIds: readonly string[],
  hour: Date,
  hourBefore: Date,
): Promise<string[]> {
  const ids = arrayOf(customerIds, (id) => id);
  const find = `select customer_id from usage_spike
    where account_id = $1 and customer_id = any($2::uuid[]) and hour_start >= $3`;
  const binds = [tx.accountId, ids, hourBefore];
  const known = await tx.sql<{ customer_id: string }>(find, binds);
  const note = `insert into usage_spike (account_id, customer_id, hour_start)
    select $1::uuid, id, $3::timestamptz from unnest($2::uuid[]) as id order by 2
    on conflict (account_id, customer_id) do update set hour_start = excluded.hour_start`;
  await tx.sql(note, [tx.accountId, ids, hour]);
  const before = new Set(known.map((row) => row.customer_id));
  return customerIds.filter((id) => !before.has(id));
}
