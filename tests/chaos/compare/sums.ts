import { query } from "../world/query.ts";
import { type Finding, findingOf } from "./finding.ts";

interface SumRow {
  name: string;
  expected: string;
  found: string;
}

/** The sums inside metering that must always agree, by SQL that shares nothing with its code. */
export async function compareSums(url: string, accountId: string): Promise<Finding[]> {
  const rows = await query<SumRow>(url, SUMS, [accountId]);
  const different = rows
    .filter(({ expected, found }) => expected !== found)
    .map(({ name, expected, found }) => `${name}: ${expected}, but ${found}`);
  const early = await query<{ lease: string }>(url, EARLY, [accountId]);
  return [
    ...findingOf("sums of metering do not agree", different),
    ...findingOf(
      "leases were stranded before their time was over",
      early.map(({ lease }) => lease),
    ),
  ];
}

const OUT = "granted_total - returned_total - released_total - reclaimed";

const SUMS = `
  select 'counted in batches and in rollups' as name,
    (select coalesce(sum(counted), 0) from usage_batch where account_id = $1)::text as expected,
    (select coalesce(sum(calls + refused), 0) from rollup where account_id = $1)::text as found
  union all
  select 'items, and items counted, repeated, rejected or to be sent again',
    (select coalesce(sum(items), 0) from usage_batch where account_id = $1)::text,
    (select coalesce(sum(counted_items + duplicates + rejected
      + coalesce(jsonb_array_length(told -> 'retryEvents'), 0)
      + coalesce(jsonb_array_length(told -> 'retryCells'), 0)), 0)
      from usage_batch where account_id = $1)::text
  union all
  select 'events seen and events of the live log',
    (select count(*) from seen_event where account_id = $1)::text,
    (select count(*) from usage_event where account_id = $1 and not sample)::text
  union all
  select 'quarter hours and the days they are in',
    (select coalesce(sum(calls + refused + units + bytes), 0) from rollup r
      join account_fence f on f.account_id = r.account_id and r.bucket_start < f.folded_until
      where r.account_id = $1)::text,
    (select coalesce(sum(calls + refused + units + bytes), 0) from rollup_day d
      join account_fence f using (account_id, fold_number) where d.account_id = $1)::text
  union all
  select 'days of cells and days of customers',
    (select coalesce(sum(calls + refused + units + bytes), 0) from rollup_day d
      join account_fence f using (account_id, fold_number) where d.account_id = $1)::text,
    (select coalesce(sum(calls + refused + units + bytes), 0) from rollup_customer_day d
      join account_fence f using (account_id, fold_number) where d.account_id = $1)::text
  union all
  select window_name || ' counter ' || c.counter_id || ' and its rollups', c.consumed::text, (
    select coalesce(sum(r.calls), 0) from rollup r join usage_cell u using (account_id, cell_id)
    where r.account_id = $1 and u.test = c.test
      and (u.subscription_id = c.subject_id or u.key_id = c.subject_id)
      and r.bucket_start >= c.window_start and r.bucket_start < c.window_end)::text
  from counter c where c.account_id = $1 and c.window_name <> 'minute'
  union all
  select 'minute counters of ' || l.subject_id || ' and the quarter hour ' || q.start,
    (select coalesce(sum(c.consumed), 0) from counter c
      where c.account_id = $1 and c.subject_id = l.subject_id and c.window_name = 'minute'
        and c.window_start >= q.start and c.window_start < q.start + interval '15 minutes')::text,
    (select coalesce(sum(r.calls), 0) from rollup r join usage_cell u using (account_id, cell_id)
      where r.account_id = $1 and u.subscription_id = l.subject_id
        and r.bucket_start = q.start)::text
  from usage_limit l
  cross join (select distinct bucket_start as start from rollup where account_id = $1) q
  where l.account_id = $1 and l.window_name = 'minute' and q.start >= l.counted_from
  union all
  select 'leased of ' || c.counter_id, c.leased::text, (
    select coalesce(sum(${OUT}), 0) from lease l where l.account_id = $1
      and l.counter_id = c.counter_id and l.stranded_time is null)::text
  from counter c where c.account_id = $1
  union all
  select 'stranded of ' || c.counter_id, c.stranded::text, (
    select coalesce(sum(${OUT}), 0) from lease l where l.account_id = $1
      and l.counter_id = c.counter_id and l.stranded_time is not null)::text
  from counter c where c.account_id = $1`;

const EARLY = `select gate_id || ' on ' || counter_id as lease from lease
  where account_id = $1 and stranded_time < expire_time`;
