import { sqlMigration, tableSecurity } from "@tollbook/service/storage";

/**
 * Endpoints that an account has rollups of, and the month it had the first of each in; and the
 * months in which it had too many. Months are of business time, in UTC, named by their first day.
 */
export const endpoints = sqlMigration("0012-endpoints", [
  `create table usage_endpoint (
    account_id uuid not null,
    endpoint text not null,
    first_month date not null,
    primary key (account_id, endpoint)
  )`,
  "create index usage_endpoint_month on usage_endpoint (account_id, first_month)",
  ...tableSecurity("metering", "usage_endpoint", ["select", "insert"]),
  `create table endpoint_overflow (
    account_id uuid not null,
    month date not null,
    primary key (account_id, month)
  )`,
  ...tableSecurity("metering", "endpoint_overflow", ["select", "insert"]),
]);
