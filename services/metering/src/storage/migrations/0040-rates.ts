import { sqlMigration, tableSecurity, workerPolicy } from "@tollbook/service/storage";

/**
 * Rates: limits without a window, the buckets they fill, and the shares gates hold of them for two
 * seconds at a time. Moments are microseconds since 1970 by the database's clock; calls are
 * millionths, so that a bucket loses nothing between two looks. Whoever changes a share holds its
 * bucket's row.
 */
export const rates = sqlMigration("0040-rates", [
  "alter table usage_limit alter column window_name drop not null",
  `alter table usage_limit add column rate_per_minute_milli bigint not null default 0,
    add column burst bigint not null default 0`,
  `create table rate_bucket (
    account_id uuid not null,
    bucket_id uuid not null,
    customer_id uuid not null,
    subject_id uuid not null,
    limit_id uuid not null,
    test boolean not null,
    rate_per_minute_milli bigint not null,
    burst bigint not null,
    level_micro bigint not null check (level_micro >= 0),
    level_us bigint not null,
    primary key (account_id, bucket_id)
  ) with (fillfactor = 50)`,
  ...tableSecurity("metering", "rate_bucket"),
  ...workerPolicy("metering", "rate_bucket", ["select", "delete"]),
  `create table rate_share (
    account_id uuid not null,
    bucket_id uuid not null,
    gate_id uuid not null,
    per_minute_milli bigint not null,
    burst bigint not null,
    told_per_minute_milli bigint not null,
    told_burst bigint not null,
    number bigint not null,
    demand bigint not null,
    turn_us bigint not null,
    expires_us bigint not null,
    primary key (account_id, bucket_id, gate_id)
  ) with (fillfactor = 50)`,
  ...tableSecurity("metering", "rate_share"),
  ...workerPolicy("metering", "rate_share", ["select", "delete"]),
]);
