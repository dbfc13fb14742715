import { sqlMigration, tableSecurity, workerPolicy } from "@tollbook/service/storage";

/**
 * How far an account's usage was looked at for customers who went silent or call far more than
 * usual (`usage_notice`, whose row is locked while one looks), and the last hour of each that was
 * unusual, so that hours on end are told once.
 */
export const usageNotices = sqlMigration("0060-usage-notices", [
  `create table usage_notice (
    account_id uuid not null primary key,
    noticed_until timestamptz not null
  )`,
  ...tableSecurity("metering", "usage_notice"),
  ...workerPolicy("metering", "usage_notice", ["select"]),
  "create index usage_notice_until on usage_notice (noticed_until)",
  `create table usage_spike (
    account_id uuid not null,
    customer_id uuid not null,
    hour_start timestamptz not null,
    primary key (account_id, customer_id)
  )`,
  ...tableSecurity("metering", "usage_spike"),
]);
