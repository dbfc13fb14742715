import { lookupFunction, sqlMigration } from "@tollbook/service/storage";

/** Usage is never more than 35 days late and 5 minutes early; the rest is for going ahead. */
const KEPT_DAYS = 36;

/**
 * `keep_partitions(business, wall)` makes the partitions that usage of these moments may fall
 * into, some ahead, and drops those of ids nobody may send any more. Run as the owner: partitions
 * carry no grants, so that nobody comes past their parent's policies.
 */
export const partitions = sqlMigration("0005-partitions", [
  `create function id_floor(at timestamptz) returns uuid language sql immutable as $$
    select (substr(hex, 1, 8) || '-' || substr(hex, 9, 4) || '-0000-0000-000000000000')::uuid
    from lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') hex
  $$`,
  `create function make_partition(parent text, suffix text, lower_bound text, upper_bound text,
    fill integer) returns void language plpgsql as $$
  declare part text := parent || '_' || suffix;
  begin
    if to_regclass('public.' || part) is not null then return; end if;
    execute format('create table public.%I (like public.%I including all) with (fillfactor = %s)',
      part, parent, fill);
    execute format('alter table public.%I enable row level security', part);
    execute format('alter table public.%I force row level security', part);
    execute format('revoke all on public.%I from public', part);
    execute format('alter table public.%I attach partition public.%I for values from (%L) to (%L)',
      parent, part, lower_bound, upper_bound);
  end $$`,
  `create function drop_old_partitions(oldest_week bigint) returns void language plpgsql as $$
  declare part record;
  begin
    for part in
      select child.relname from pg_inherits
      join pg_class child on child.oid = pg_inherits.inhrelid
      join pg_class parent on parent.oid = pg_inherits.inhparent
      where parent.relname in ('usage_batch', 'seen_event', 'seen_hold')
        and substring(child.relname from '_w([0-9]+)$')::bigint < oldest_week
    loop
      execute format('drop table public.%I', part.relname);
    end loop;
  exception when lock_not_available then
    null; -- Somebody is counting: the next turn drops it.
  end $$`,
  "revoke all on function make_partition(text, text, text, text, integer) from public",
  "revoke all on function drop_old_partitions(bigint) from public",
  ...lookupFunction("metering", {
    name: "keep_partitions",
    args: "business timestamptz, wall timestamptz",
    returns: "void",
    language: "plpgsql",
    volatility: "volatile",
    runsAs: "owner",
    callers: ["worker"],
    body: `
  declare
    week_seconds constant bigint := 604800;
    month timestamptz;
    week bigint;
    parent text;
    oldest bigint := floor(extract(epoch from wall - interval '${KEPT_DAYS} days') / 604800);
    newest bigint := floor(extract(epoch from wall) / 604800) + 2;
  begin
    perform pg_advisory_xact_lock(7068021);
    for month in select generate_series(
      date_trunc('month', business at time zone 'UTC') - interval '2 months',
      date_trunc('month', business at time zone 'UTC') + interval '2 months',
      interval '1 month') at time zone 'UTC'
    loop
      perform public.make_partition('rollup', to_char(month at time zone 'UTC', '"m"YYYYMM'),
        month::text,
        ((month at time zone 'UTC' + interval '1 month') at time zone 'UTC')::text, 70);
    end loop;
    for week in oldest..newest loop
      foreach parent in array array['usage_batch', 'seen_event', 'seen_hold'] loop
        perform public.make_partition(parent, 'w' || week,
          public.id_floor(to_timestamp(week * week_seconds))::text,
          public.id_floor(to_timestamp((week + 1) * week_seconds))::text, 100);
      end loop;
    end loop;
    perform set_config('lock_timeout', '1s', true);
    perform public.drop_old_partitions(oldest);
  end`,
  }),
]);
