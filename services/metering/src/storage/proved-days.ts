import { type Interval, interval, intervals } from "@tollbook/domain";
import type { Tx } from "@tollbook/service";
import type { ProvedDays } from "../app/prove-days.ts";
import type { FoldedDay, WrongDays } from "../domain/proved-day.ts";
import type { FoldedDays } from "../domain/usage-pieces.ts";
import { arrayOf, timeText } from "./array-literal.ts";
import { FIGURES } from "./rollup-columns.ts";
import { totalsOf } from "./usage-sources.ts";

const TOTALS = totalsOf(FIGURES);
const LIST = FIGURES.join(", ");

interface DayRow {
  day_start: Date;
  day_end: Date;
  calls: string;
  figures: string;
  cell_figures: string | null;
  cell_rows: number;
  proved_figures: string | null;
  proved_time: Date | null;
}

/** Rows a day is taken for that nobody has counted: enough to be proved by itself. */
const ROWS_UNKNOWN = 1_000_000;

/** See ReconciliationStore.foldedDays. */
export async function foldedDays(
  tx: Tx,
  folded: FoldedDays,
  recentFrom: Date,
): Promise<FoldedDay[]> {
  const own = "account_id = $1 and fold_number = $2";
  const figuresOf = (of: string) => {
    return `concat_ws(' ', ${FIGURES.map((name) => `${of}.${name}`).join(", ")})`;
  };
  const text = `with customers as (
      select day_start, ${TOTALS} from rollup_customer_day where ${own} group by 1
    ), cells as (
      select day_start, count(*)::integer as cell_rows, ${TOTALS} from rollup_day
      where ${own} and day_start >= $3 group by 1
    ), proved as (
      select day_start, figures, cell_rows, proved_time from proved_day where ${own}
    )
    select day_start, coalesce(lead(day_start) over (order by day_start), $4) as day_end,
      coalesce(customers.calls + customers.refused, 0) as calls,
      ${figuresOf("customers")} as figures,
      case when day_start >= $3 then ${figuresOf("cells")} end as cell_figures,
      coalesce(cells.cell_rows, proved.cell_rows, ${ROWS_UNKNOWN}) as cell_rows,
      proved.figures as proved_figures, proved.proved_time
    from customers full join cells using (day_start) left join proved using (day_start)
    order by day_start`;
  const params = [tx.accountId, folded.number, recentFrom, folded.until];
  return (await tx.sql<DayRow>(text, params)).map((row) => ({
    ...{ start: row.day_start, end: row.day_end, calls: BigInt(row.calls) },
    ...{ figures: row.figures, cellFigures: row.cell_figures ?? undefined, rows: row.cell_rows },
    ...{ provedFigures: row.proved_figures ?? undefined },
    provedTime: row.proved_time ?? undefined,
  }));
}

/** Two tables that must agree: what is different of them, by day. */
function differing(of: string, one: string, other: string, key: string): string {
  const figures = (table: string) => {
    return `(${FIGURES.map((name) => `coalesce(${table}.${name}, 0)`).join(", ")})`;
  };
  return `select distinct day_start, '${of}' as of from ${one} full join ${other} using (${key})
    where ${figures(one)} <> ${figures(other)}`;
}

/** See ReconciliationStore.wrongDays. The outermost bounds are constants, to leave out partitions. */
export async function wrongDays(
  tx: Tx,
  folded: FoldedDays,
  days: readonly FoldedDay[],
): Promise<WrongDays> {
  const own = "d.account_id = $1 and d.fold_number = $2 and d.day_start = any($3::timestamptz[])";
  const text = `with quarter_hours as materialized (
      select s.day_start, r.*
      from unnest($3::timestamptz[], $4::timestamptz[]) as s (day_start, day_end)
      cross join lateral (
        select cell_id, ${TOTALS} from rollup
        where account_id = $1 and bucket_start >= s.day_start and bucket_start < s.day_end
          and bucket_start >= $5 and bucket_start < $6 group by 1
      ) r
    ), cells as materialized (
      select day_start, cell_id, ${LIST} from rollup_day d
      where ${own} and d.day_start >= $5 and d.day_start < $6
    ), customers_of_cells as materialized (
      select day_start, customer_id, test, ${TOTALS}
      from cells join usage_cell c on c.account_id = $1 and c.cell_id = cells.cell_id group by 1, 2, 3
    ), customers as materialized (
      select day_start, customer_id, test, ${LIST} from rollup_customer_day d
      where ${own} and d.day_start >= $5 and d.day_start < $6
    )
    ${differing("cells", "quarter_hours", "cells", "day_start, cell_id")}
    union all
    ${differing("customers", "customers_of_cells", "customers", "day_start, customer_id, test")}`;
  const starts = days.map(({ start }) => start);
  const ends = days.map(({ end }) => end);
  const bounds = [earliest(starts), latest(ends)];
  const times = [arrayOf(starts, timeText), arrayOf(ends, timeText)];
  const params = [tx.accountId, folded.number, ...times, ...bounds];
  await tx.sql("select set_config('work_mem', '32MB', true)");
  const rows = await tx.sql<{ day_start: Date; of: "cells" | "customers" }>(text, params);
  const of = (what: string) => rows.filter((row) => row.of === what).map((row) => row.day_start);
  return { cells: of("cells"), customers: of("customers") };
}

function earliest(times: readonly Date[]): Date {
  return new Date(Math.min(...times.map((time) => time.getTime())));
}

function latest(times: readonly Date[]): Date {
  return new Date(Math.max(...times.map((time) => time.getTime())));
}

/** See ReconciliationStore.saveDays. Two processes may prove at once: the newer proof stays. */
export async function saveDays(
  tx: Tx,
  { folded, all, proved }: Pick<ProvedDays, "folded" | "all" | "proved">,
): Promise<void> {
  const forget = `delete from proved_day where account_id = $1
    and not (fold_number = $2 and day_start = any($3::timestamptz[]))`;
  const starts = arrayOf(all, ({ start }) => timeText(start));
  await tx.sql(forget, [tx.accountId, folded?.number ?? 0, starts]);
  if (proved.length === 0) return;
  const remember = `insert into proved_day as p
      (account_id, fold_number, day_start, figures, cell_rows, proved_time)
    select $1::uuid, $2::integer, s.*, now()
    from unnest($3::timestamptz[], $4::text[], $5::integer[]) as s order by 3
    on conflict (account_id, fold_number, day_start) do update set figures = excluded.figures,
      cell_rows = excluded.cell_rows, proved_time = excluded.proved_time`;
  await tx.sql(remember, [
    ...[tx.accountId, folded?.number ?? 0],
    arrayOf(proved, ({ start }) => timeText(start)),
    proved.map(({ figures }) => figures),
    arrayOf(proved, ({ rows }) => Math.min(rows, ROWS_UNKNOWN)),
  ]);
}

/** Usage of the local day in which a dropped month ended: its day rollup went with the month. */
const CUT_DAY = "interval '26 hours'";

/** See ReconciliationStore.callsBesides. Month by month: one whose days are made anew has years. */
export async function callsBesides(tx: Tx, days: Interval | undefined) {
  const [bounds] = await tx.sql<BoundsRow>(BOUNDS, [tx.accountId, days?.start ?? null]);
  const { first, last, dropped_calls, unfolded } = bounds ?? NOTHING;
  const spans: Interval[] = [];
  if (first !== null && last !== null) {
    const end = new Date(last.getTime() + 1);
    const [until, from] = days === undefined ? [end, end] : [days.start, days.end];
    if (first < until) spans.push(...intervals(interval(first, until), "month", "UTC"));
    if (from < end) spans.push(...intervals(interval(from, end), "month", "UTC"));
  }
  const text = `select coalesce(total(calls + refused), 0) as calls from rollup
    where account_id = $1 and bucket_start >= $2 and bucket_start < $3`;
  let calls = BigInt(dropped_calls);
  for (const { start, end } of spans) {
    const [row] = await tx.sql<{ calls: string }>(text, [tx.accountId, start, end]);
    calls += BigInt(row?.calls ?? 0);
  }
  return { calls, unfolded };
}

interface BoundsRow {
  first: Date | null;
  last: Date | null;
  dropped_calls: string;
  unfolded: boolean;
}

const NOTHING: BoundsRow = { first: null, last: null, dropped_calls: "0", unfolded: false };

/** What is folded and lies before the first day should be in one. */
const BOUNDS = `with dropped as (
    select coalesce(max(until), '-infinity') as until, coalesce(total(calls), 0) as calls
    from dropped_sum where account_id = $1 and source = 'rollup'
  ), folded as (
    select coalesce(min(least($2::timestamptz, folded_until)), '-infinity') as before
    from account_fence where account_id = $1 and day_zone is not null
  )
  select (select min(bucket_start) from rollup
      where account_id = $1 and bucket_start >= dropped.until) as first,
    (select max(bucket_start) from rollup where account_id = $1) as last,
    dropped.calls as dropped_calls,
    exists (select from rollup where account_id = $1
      and bucket_start >= dropped.until + ${CUT_DAY} and bucket_start < folded.before) as unfolded
  from dropped, folded`;
