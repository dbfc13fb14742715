import { lookupFunction, sqlMigration, tableSecurity } from "@tollbook/service/storage";

/** An event is never older than 35 days, and its id is told from a repeat for as long. */
const KEPT_DAYS = 36;

/**
 * Ids that other systems made, hashed to a UUID; and the account's own names of customers, which
 * come with them. A hash has no time in it, so the table is partitioned by the week an id was
 * first seen in (weeks since 1970 on the database's clock); see `addForeign` for why that holds.
 * `keep_foreign_partitions(wall)` makes weeks ahead and drops those past their time.
 */
export const foreignEvents = sqlMigration("0020-foreign-events", [
  "alter table customer add column external_id text",
  `create unique index customer_external_id on customer (account_id, external_id)
    where external_id is not null`,
  `create table foreign_event (
    account_id uuid not null,
    event_id uuid not null,
    week integer not null,
    item_hash bigint not null,
    primary key (account_id, event_id, week)
  ) partition by range (week)`,
  ...tableSecurity("metering", "foreign_event", ["select", "insert"]),
  ...lookupFunction("metering", {
    name: "keep_foreign_partitions",
    args: "wall timestamptz",
    returns: "void",
    language: "plpgsql",
    volatility: "volatile",
    runsAs: "owner",
    callers: ["worker"],
    body: `
  declare
    oldest integer := floor(extract(epoch from wall - interval '${KEPT_DAYS} days') / 604800);
    newest integer := floor(extract(epoch from wall) / 604800) + 2;
    week integer;
    part record;
  begin
    perform pg_advisory_xact_lock(7068021);
    for week in select generate_series(oldest, newest) loop
      perform public.make_partition('foreign_event', 'w' || week, week::text, (week + 1)::text, 100);
    end loop;
    perform set_config('lock_timeout', '1s', true);
    for part in
      select child.relname from pg_inherits
      join pg_class child on child.oid = pg_inherits.inhrelid
      where pg_inherits.inhparent = 'public.foreign_event'::regclass
        and substring(child.relname from '_w([0-9]+)$')::integer < oldest
    loop
      execute format('drop table public.%I', part.relname);
    end loop;
  exception when lock_not_available then
    null; -- Somebody is counting: the next turn drops it.
  end`,
  }),
]);
