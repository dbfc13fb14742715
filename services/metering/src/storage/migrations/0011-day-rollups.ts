import {
  lookupFunction,
  sqlMigration,
  tableSecurity,
  workerPolicy,
} from "@tollbook/service/storage";

const figures = ["calls", "refused", "errors", "units", "bytes"].map((name) => {
  return `${name} bigint not null`;
});
/** As in `rollup`. */
const latencies = Array.from({ length: 38 }, (_, bucket) => `latency_${bucket} bigint`);
const sums = [...figures, ...latencies].join(", ");

/**
 * Usage by day of the account's zone, for long ranges: by cell, and by customer. The account's
 * fence says how far it is made: every bucket before `folded_until` is in the rollup of its day,
 * under the current `fold_number`; a change of zone begins a new one. Ingest shares the fence, and
 * who folds takes it alone.
 *
 * `keep_rollup_partitions(business, oldest)` makes the months these days may fall into, and drops
 * months of all rollups that end at or before `oldest`; null drops none.
 */
export const dayRollups = sqlMigration("0011-day-rollups", [
  `alter table account_fence add column day_zone text,
    add column fold_number integer not null default 0`,
  "create index account_fence_folded on account_fence (folded_until)",
  ...workerPolicy("metering", "account_fence", ["select"]),
  ...workerPolicy("metering", "billing_period", ["select"]),
  `create table rollup_day (
    account_id uuid not null,
    fold_number integer not null,
    day_start timestamptz not null,
    cell_id integer not null,
    ${sums},
    primary key (account_id, fold_number, day_start, cell_id)
  ) partition by range (day_start)`,
  "create index rollup_day_cell on rollup_day (account_id, cell_id, day_start)",
  ...tableSecurity("metering", "rollup_day"),
  `create table rollup_customer_day (
    account_id uuid not null,
    fold_number integer not null,
    day_start timestamptz not null,
    customer_id uuid not null,
    test boolean not null,
    ${sums},
    primary key (account_id, fold_number, day_start, customer_id, test)
  ) partition by range (day_start)`,
  `create index rollup_customer_day_customer
    on rollup_customer_day (account_id, customer_id, day_start)`,
  ...tableSecurity("metering", "rollup_customer_day"),
  ...lookupFunction("metering", {
    name: "keep_rollup_partitions",
    args: "business timestamptz, oldest timestamptz",
    returns: "void",
    language: "plpgsql",
    volatility: "volatile",
    runsAs: "owner",
    callers: ["worker"],
    body: `
  declare
    this_month constant timestamp := date_trunc('month', business at time zone 'UTC');
    first_month timestamp;
    month timestamp;
    parent text;
    part record;
  begin
    perform pg_advisory_xact_lock(7068021);
    -- A day begins up to a day before its first bucket, perhaps in the month before.
    select least(min(to_date(substring(child.relname from '_m([0-9]{6})$'), 'YYYYMM'))::timestamp,
        this_month - interval '2 months') - interval '1 month' into first_month
      from pg_inherits join pg_class child on child.oid = pg_inherits.inhrelid
      where pg_inherits.inhparent = 'public.rollup'::regclass;
    for month in select generate_series(first_month, this_month + interval '2 months',
      interval '1 month')
    loop
      foreach parent in array array['rollup_day', 'rollup_customer_day'] loop
        perform public.make_partition(parent, to_char(month, '"m"YYYYMM'),
          (month at time zone 'UTC')::text,
          ((month + interval '1 month') at time zone 'UTC')::text, 70);
      end loop;
    end loop;
    perform set_config('lock_timeout', '1s', true);
    for part in
      select child.relname from pg_inherits
      join pg_class child on child.oid = pg_inherits.inhrelid
      where pg_inherits.inhparent = any(array['public.rollup', 'public.rollup_day',
          'public.rollup_customer_day']::regclass[])
        and to_date(substring(child.relname from '_m([0-9]{6})$'), 'YYYYMM')
          + interval '1 month' <= oldest at time zone 'UTC'
      order by 1
    loop
      execute format('drop table public.%I', part.relname);
    end loop;
  exception when lock_not_available then
    null; -- Somebody is counting or reading: the next turn drops it.
  end`,
  }),
]);
