import { outboxSql } from "@tollbook/events";
import { sqlMigration, tableSecurity, workerPolicy } from "@tollbook/service/storage";

/**
 * What metering knows of accounts, customers, keys and entitlements: the little it needs, as
 * others told it. `customer.fence` and `billing_period.fence` go up together with each change.
 */
export const references = sqlMigration("0001-references", [
  ...outboxSql("metering"),
  `create table account (
    account_id uuid primary key,
    time_zone text not null,
    version bigint not null
  )`,
  ...tableSecurity("metering", "account"),
  `create table customer (
    account_id uuid not null,
    customer_id uuid not null,
    fence bigint not null default 0,
    entitled boolean not null default false,
    primary key (account_id, customer_id)
  )`,
  ...tableSecurity("metering", "customer"),
  `create table customer_key (
    account_id uuid not null,
    key_id uuid not null,
    customer_id uuid not null,
    subscription_id uuid,
    test boolean not null,
    key_sha256 bytea,
    version bigint not null,
    primary key (account_id, key_id)
  )`,
  `create unique index customer_key_sha256 on customer_key (account_id, key_sha256)
    where key_sha256 is not null`,
  ...tableSecurity("metering", "customer_key"),
  `create table entitlement (
    account_id uuid not null,
    subscription_id uuid not null,
    customer_id uuid not null,
    is_default boolean not null,
    time_zone text not null,
    plan_name text not null,
    threshold_percents integer[] not null,
    start_time timestamptz not null,
    end_time timestamptz,
    version bigint not null,
    revision bigint not null,
    primary key (account_id, subscription_id)
  )`,
  "create index entitlement_customer on entitlement (account_id, customer_id)",
  ...tableSecurity("metering", "entitlement"),
  `create table usage_limit (
    account_id uuid not null,
    subject_id uuid not null,
    limit_id uuid not null,
    customer_id uuid not null,
    name text not null,
    meter_id uuid not null,
    window_name text not null,
    quota bigint not null,
    hard boolean not null,
    headroom_percent smallint not null,
    failure_mode text not null,
    open_budget_calls bigint not null,
    version bigint not null,
    counted_from timestamptz not null,
    primary key (account_id, subject_id, limit_id)
  )`,
  "create index usage_limit_customer on usage_limit (account_id, customer_id, limit_id)",
  ...tableSecurity("metering", "usage_limit"),
  ...workerPolicy("metering", "account", ["select"]),
]);
