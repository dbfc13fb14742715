import { lookupFunction, sqlMigration, tableSecurity } from "@tollbook/service/storage";

/**
 * Single calls for the live log, by day of business time. One index, its key, serves everything:
 * newest first is its order, and each further index would cost every event that comes in.
 * `keep_event_partitions(business, days)` makes days ahead and drops those past `days`; the days
 * behind are made too, since usage comes late. 0 days drop all.
 */
export const rawEvents = sqlMigration("0010-raw-events", [
  `create table usage_event (
    account_id uuid not null,
    event_time timestamptz not null,
    event_id uuid not null,
    sample boolean not null,
    cell_id integer not null,
    status smallint not null,
    refusal smallint not null,
    admission smallint not null,
    latency_us bigint,
    units bigint not null,
    request_bytes bigint not null,
    response_bytes bigint not null,
    properties jsonb,
    primary key (account_id, event_time, event_id, sample)
  ) partition by range (event_time)`,
  ...tableSecurity("metering", "usage_event", ["select", "insert"]),
  ...lookupFunction("metering", {
    name: "keep_event_partitions",
    args: "business timestamptz, days integer",
    returns: "void",
    language: "plpgsql",
    volatility: "volatile",
    runsAs: "owner",
    callers: ["worker"],
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
    perform set_config('lock_timeout', '1s', true);
    for part in
      select child.relname from pg_inherits
      join pg_class child on child.oid = pg_inherits.inhrelid
      where pg_inherits.inhparent = 'public.usage_event'::regclass
        and to_date(substring(child.relname from '_d([0-9]{8})$'), 'YYYYMMDD')
          < case when days > 0 then today - days else 'infinity' end
    loop
      execute format('drop table public.%I', part.relname);
    end loop;
  exception when lock_not_available then
    null; -- Somebody is counting: the next turn drops it.
  end`,
  }),
]);
