import { sqlMigration, tableSecurity } from "@tollbook/service/storage";

/**
 * Meters, and the values they had from a quarter hour on. The default meter has no row; its
 * changes bear the account's id. Whoever changes one holds `account_fence` alone.
 */
export const meters = sqlMigration("0031-meters", [
  `create table meter (
    account_id uuid not null,
    meter_id uuid not null,
    name text not null,
    aggregation text not null,
    endpoint_patterns text[] not null,
    methods text[] not null,
    properties jsonb not null,
    unique_property text not null,
    create_time timestamptz not null,
    archive_time timestamptz,
    primary key (account_id, meter_id)
  )`,
  "create unique index meter_name on meter (account_id, lower(name)) where archive_time is null",
  ...tableSecurity("metering", "meter", ["select", "insert", "update"]),
  `create table meter_version (
    account_id uuid not null,
    meter_id uuid not null,
    effective_time timestamptz not null,
    status_classes smallint[] not null,
    weights jsonb not null,
    primary key (account_id, meter_id, effective_time)
  )`,
  ...tableSecurity("metering", "meter_version", ["select", "insert", "update"]),
]);
