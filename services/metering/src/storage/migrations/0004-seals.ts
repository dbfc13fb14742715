import { sqlMigration, tableSecurity } from "@tollbook/service/storage";

/**
 * A billing period's row is what sealing locks FOR UPDATE and ingest FOR SHARE. `seal_number` is
 * how often it was sealed; usage in it is added to rollups numbered one more. Each seal is kept.
 */
export const seals = sqlMigration("0004-seals", [
  `create table billing_period (
    account_id uuid not null,
    subscription_id uuid not null,
    period_start timestamptz not null,
    period_end timestamptz not null,
    customer_id uuid not null,
    seal_number integer not null default 0,
    fence bigint not null,
    primary key (account_id, subscription_id, period_start),
    check (period_start < period_end)
  )`,
  "create index billing_period_customer on billing_period (account_id, customer_id)",
  ...tableSecurity("metering", "billing_period"),
  `create table seal (
    account_id uuid not null,
    subscription_id uuid not null,
    period_start timestamptz not null,
    seal_number integer not null,
    usage_sha256 bytea not null,
    calls bigint not null,
    seal_time timestamptz not null,
    primary key (account_id, subscription_id, period_start, seal_number)
  )`,
  ...tableSecurity("metering", "seal", ["select", "insert"]),
]);
