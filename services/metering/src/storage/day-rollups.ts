import { dayContaining, type Interval, interval, intervals } from "@tollbook/domain";
import type { Tx } from "@tollbook/service";
import type { RollupRow } from "../domain/rollup.ts";
import type { FoldedDays } from "../domain/usage-pieces.ts";
import { arrayOf, timeText } from "./array-literal.ts";
import { addedTo, FIGURES, LATENCIES } from "./rollup-columns.ts";

const COLUMNS = [...FIGURES, ...LATENCIES];
const LISTED = COLUMNS.join(", ");
const SUMMED = COLUMNS.map((name) => `sum(s.${name})::bigint`).join(", ");

/** Adds the rows of `s` (day_start, cell_id, sums) to days; in lock order, as all do it. */
const addDays = (source: string) => `insert into rollup_day as r
    (account_id, fold_number, day_start, cell_id, ${LISTED})
  select $1::uuid, $2::integer, s.day_start, s.cell_id, ${SUMMED} from (${source}) as s
  group by s.day_start, s.cell_id order by s.day_start, s.cell_id
  on conflict (account_id, fold_number, day_start, cell_id) do update set ${addedTo(LATENCIES)}`;

const addCustomerDays = (source: string) => `insert into rollup_customer_day as r
    (account_id, fold_number, day_start, customer_id, test, ${LISTED})
  select $1::uuid, $2::integer, s.day_start, c.customer_id, c.test, ${SUMMED} from (${source}) as s
  join usage_cell c on c.account_id = $1 and c.cell_id = s.cell_id
  group by s.day_start, c.customer_id, c.test order by s.day_start, c.customer_id, c.test
  on conflict (account_id, fold_number, day_start, customer_id, test)
    do update set ${addedTo(LATENCIES)}`;

/** See FoldStore.fold. */
export async function fold(tx: Tx, day: Interval, span: Interval, number: number): Promise<void> {
  const source = `select $3::timestamptz as day_start, cell_id, ${LISTED} from rollup
    where account_id = $1 and bucket_start >= $4 and bucket_start < $5`;
  const params = [tx.accountId, number, day.start, span.start, span.end];
  await tx.sql(addDays(source), params);
  await tx.sql(addCustomerDays(source), params);
}

/** See FoldStore.addLate. */
export async function addLate(tx: Tx, rows: readonly RollupRow[], folded: FoldedDays) {
  if (rows.length === 0) return;
  const dayOf = ({ bucketStart }: RollupRow) => dayContaining(bucketStart, folded.zone).start;
  const arrays = COLUMNS.map((_, at) => `$${at + 5}::bigint[]`).join(", ");
  const source = `select * from unnest($3::timestamptz[], $4::integer[], ${arrays})
    as t (day_start, cell_id, ${LISTED})`;
  const params = [
    ...[tx.accountId, folded.number],
    arrayOf(rows, (row) => timeText(dayOf(row))),
    arrayOf(rows, ({ cellId }) => cellId),
    ...FIGURES.map((figure) => arrayOf(rows, (row) => row[figure])),
    ...LATENCIES.map((_, bucket) => arrayOf(rows, ({ latency }) => latency[bucket] || undefined)),
  ];
  await tx.sql(addDays(source), params);
  await tx.sql(addCustomerDays(source), params);
}

/** See FoldStore.refold. */
export async function refold(
  tx: Tx,
  cellIds: readonly number[],
  { start, end }: Interval,
  { zone, until, number }: FoldedDays,
): Promise<void> {
  const from = dayContaining(start, zone).start;
  const last = end.getTime() < until.getTime() ? dayContaining(end, zone).end : until;
  const to = last.getTime() < until.getTime() ? last : until;
  if (cellIds.length === 0 || from.getTime() >= to.getTime()) return;
  const drop = `delete from rollup_day where account_id = $1 and fold_number = $2
    and cell_id = any($3::integer[]) and day_start >= $4 and day_start < $5`;
  const days = intervals(interval(from, to), "day", zone).map((day) => day.start);
  await tx.sql(drop, [tx.accountId, number, cellIds, from, to]);
  const source = `select ($6::timestamptz[])[width_bucket(bucket_start, $6::timestamptz[])]
      as day_start, cell_id, ${LISTED} from rollup
    where account_id = $1 and cell_id = any($3::integer[])
      and bucket_start >= $4 and bucket_start < $5`;
  await tx.sql(addDays(source), [tx.accountId, number, cellIds, from, to, days]);
}

/** Rows dropped at once. */
const DROPPED_MAX = 5_000;

/** See FoldStore.dropOldDays. */
export async function dropOldDays(tx: Tx, number: number): Promise<boolean> {
  const drop = (table: string, key: string) => `delete from ${table}
    where account_id = $1 and (fold_number, day_start, ${key}) in (
      select fold_number, day_start, ${key} from ${table}
      where account_id = $1 and fold_number < $2 limit ${DROPPED_MAX})
    returning 1`;
  const binds = [tx.accountId, number];
  const days = await tx.sql(drop("rollup_day", "cell_id"), binds);
  const customers = await tx.sql(drop("rollup_customer_day", "customer_id, test"), binds);
  return days.length === DROPPED_MAX || customers.length === DROPPED_MAX;
}
