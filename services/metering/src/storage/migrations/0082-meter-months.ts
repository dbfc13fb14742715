import { lookupFunction, sqlMigration } from "@tollbook/service/storage";

/**
 * `keep_rollup_partitions` of 0013 anew: what meters kept beside rollups goes with them, month by
 * month, in the order in which ingest locks these tables.
 */
export const meterMonths = sqlMigration("0082-meter-months", [
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
    month timestamp;
    parent text;
    part record;
    parents constant regclass[] := array['public.rollup', 'public.meter_rollup',
      'public.meter_value', 'public.rollup_day', 'public.rollup_customer_day'];
  begin
    perform pg_advisory_xact_lock(7068021);
    -- A day begins up to a day before its first bucket, perhaps in the month before.
    for month in
      select distinct to_date(substring(child.relname from '_m([0-9]{6})$'), 'YYYYMM')::timestamp
        - ago * interval '1 month'
      from pg_inherits join pg_class child on child.oid = pg_inherits.inhrelid,
        generate_series(0, 1) as ago
      where pg_inherits.inhparent = 'public.rollup'::regclass
    loop
      foreach parent in array array['rollup_day', 'rollup_customer_day'] loop
        perform public.make_partition(parent, to_char(month, '"m"YYYYMM'),
          (month at time zone 'UTC')::text,
          ((month + interval '1 month') at time zone 'UTC')::text, 70);
      end loop;
    end loop;
    perform set_config('lock_timeout', '1s', true);
    begin
      for part in
        select child.relname from pg_inherits
        join pg_class child on child.oid = pg_inherits.inhrelid
        where pg_inherits.inhparent = any(parents)
          and to_date(substring(child.relname from '_m([0-9]{6})$'), 'YYYYMM')
            + interval '1 month' <= oldest at time zone 'UTC'
        order by array_position(parents, pg_inherits.inhparent::regclass), 1
      loop
        execute format('drop table public.%I', part.relname);
      end loop;
    exception when lock_not_available then
      null; -- Somebody is counting or reading: the next turn drops it.
    end;
  end`,
  }),
]);
