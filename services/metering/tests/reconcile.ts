import assert from "node:assert/strict";
import { reconcileCounters } from "./reconcile-meters.ts";
import type { TestAccount } from "./test-account.ts";

interface Sum {
  name: string;
  expected: string;
  found: string;
}

/**
 * Proves the sums that must always agree: rollups = accepted batches; items = counted + repeated
 * + rejected + to be sent again; counters = rollups through their meters; what is out on leases =
 * leased and stranded. `minuteCounters` are left out: their quarter hour is not one row.
 */
export async function reconcile(account: TestAccount): Promise<void> {
  const { metering, accountId } = account;
  const sums = await metering.look<Sum>(SUMS, [accountId]);
  for (const { name, expected, found } of sums) assert.equal(found, expected, name);
  await reconcileCounters(account);
}

const OUT = "granted_total - returned_total - released_total - reclaimed_total";

const SUMS = `
  select 'rollups = accepted batches' as name,
    (select coalesce(sum(counted), 0) from usage_batch where account_id = $1)::text as expected,
    (select coalesce(sum(calls + refused), 0) from rollup where account_id = $1)::text as found
  union all
  select 'items = counted + duplicates + rejected + retried',
    (select coalesce(sum(items), 0) from usage_batch where account_id = $1)::text,
    (select coalesce(sum(counted_items + duplicates + rejected
      + coalesce(jsonb_array_length(told -> 'retryEvents'), 0)
      + coalesce(jsonb_array_length(told -> 'retryCells'), 0)), 0)
      from usage_batch where account_id = $1)::text
  union all
  select 'distinct values = their rollup', (
    select coalesce(sum(m.units), 0) from meter_rollup m join meter mt using (account_id, meter_id)
    where m.account_id = $1 and mt.aggregation = 'unique')::text,
    (select count(*) from meter_value where account_id = $1)::text
  union all
  select 'days = their quarter hours',
    (select coalesce(sum(calls + refused + units + bytes), 0) from rollup r
      join account_fence f on f.account_id = r.account_id and r.bucket_start < f.folded_until
      where r.account_id = $1)::text,
    (select coalesce(sum(calls + refused + units + bytes), 0) from rollup_day d
      join account_fence f using (account_id, fold_number) where d.account_id = $1)::text
  union all
  select 'days of customers = days of cells',
    (select coalesce(sum(calls + refused + units + bytes), 0) from rollup_day d
      join account_fence f using (account_id, fold_number) where d.account_id = $1)::text,
    (select coalesce(sum(calls + refused + units + bytes), 0) from rollup_customer_day d
      join account_fence f using (account_id, fold_number) where d.account_id = $1)::text
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
