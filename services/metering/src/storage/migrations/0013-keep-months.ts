import { lookupFunction, sqlMigration } from "@tollbook/service/storage";

/** What both functions share: who runs them, and as whom. */
const keeping = {
  returns: "void",
  language: "plpgsql",
  volatility: "volatile",
  runsAs: "owner",
  callers: ["worker"],
} as const;

/**
 * Drops the partitions that a query names. What cannot be dropped at once is left to the next turn,
 * and what was made before stays made: the block is a savepoint.
 */
const dropping = (query: string) => `
    perform set_config('lock_timeout', '1s', true);
    begin
      for part in ${query} loop
        execute format('drop table public.%I', part.relname);
      end loop;
    exception when lock_not_available then
      null; -- Somebody is counting or reading.
    end;`;

/**
 * The functions of 0010 and 0011 anew. Partitions of days are made for the months that have one of
 * quarter hours, and no others: business time may travel over many years at once. Partitions that
 * were just made stay when old ones cannot be dropped.
 */
export const keepMonths = sqlMigration("0013-keep-months", [
  ...lookupFunction("metering", {
    ...keeping,
    name: "keep_event_partitions",
    args: "business timestamptz, days integer",
    body: `
  declare
    today constant date := (business at time zone 'UTC')::date;
    day date;
    part record;
  begin
    perform pg_advisory_xact_lock(7068021);
    if days > 0 then
      for day in select generate_series(today - days, today + 2, interval '1 day')::date loop
        perform public.make_partition('usage_event', to_char(day, '"d"YYYYMMDD'),
          (day::timestamp at time zone 'UTC')::text,
          ((day + 1)::timestamp at time zone 'UTC')::text, 100);
      end loop;
    end if;
    ${dropping(`
      select child.relname from pg_inherits
      join pg_class child on child.oid = pg_inherits.inhrelid
      where pg_inherits.inhparent = 'public.usage_event'::regclass
        and to_date(substring(child.relname from '_d([0-9]{8})$'), 'YYYYMMDD')
          < case when days > 0 then today - days else 'infinity' end`)}
  end`,
  }),
  ...lookupFunction("metering", {
    ...keeping,
    name: "keep_rollup_partitions",
    args: "business timestamptz, oldest timestamptz",
    body: `
  declare
    month timestamp;
    parent text;
    part record;
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
    ${dropping(`
      select child.relname from pg_inherits
      join pg_class child on child.oid = pg_inherits.inhrelid
      where pg_inherits.inhparent = any(array['public.rollup', 'public.rollup_day',
          'public.rollup_customer_day']::regclass[])
        and to_date(substring(child.relname from '_m([0-9]{6})$'), 'YYYYMM')
          + interval '1 month' <= oldest at time zone 'UTC'
      order by 1`)}
  end`,
  }),
]);
