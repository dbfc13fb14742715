import { lookupFunction, sqlMigration, tableSecurity } from "@tollbook/service/storage";

/**
 * What meters counted that look at each call: units beside the rollup of the calls, and the
 * distinct values of those that tell values apart (their units are how many there are). Whoever
 * touches such a row has locked the rollup's before. By month, as rollups are;
 * `keep_meter_partitions` makes the months ahead.
 */
export const meterUsage = sqlMigration("0032-meter-usage", [
  `create table meter_rollup (
    account_id uuid not null,
    bucket_start timestamptz not null,
    cell_id integer not null,
    seal_number integer not null,
    meter_id uuid not null,
    units bigint not null,
    primary key (account_id, bucket_start, cell_id, seal_number, meter_id)
  ) partition by range (bucket_start)`,
  "create index meter_rollup_meter on meter_rollup (account_id, meter_id, bucket_start)",
  ...tableSecurity("metering", "meter_rollup"),
  `create table meter_value (
    account_id uuid not null,
    bucket_start timestamptz not null,
    cell_id integer not null,
    seal_number integer not null,
    meter_id uuid not null,
    value_hash uuid not null,
    primary key (account_id, meter_id, bucket_start, cell_id, seal_number, value_hash)
  ) partition by range (bucket_start)`,
  ...tableSecurity("metering", "meter_value", ["select", "insert", "delete"]),
  ...lookupFunction("metering", {
    name: "keep_meter_partitions",
    args: "business timestamptz",
    returns: "void",
    language: "plpgsql",
    volatility: "volatile",
    runsAs: "owner",
    callers: ["worker"],
    body: `
  declare
    this_month constant timestamp := date_trunc('month', business at time zone 'UTC');
    month timestamp;
    parent text;
  begin
    perform pg_advisory_xact_lock(7068021);
    for month in select generate_series(this_month - interval '2 months',
      this_month + interval '2 months', interval '1 month')
    loop
      foreach parent in array array['meter_rollup', 'meter_value'] loop
        perform public.make_partition(parent, to_char(month, '"m"YYYYMM'),
          (month at time zone 'UTC')::text,
          ((month + interval '1 month') at time zone 'UTC')::text, 90);
      end loop;
    end loop;
  end`,
  }),
]);
