import { outboxSql } from "@tollbook/events";
import {
  answeredRequestSql,
  sqlMigration,
  tableSecurity,
  workerPolicy,
} from "@tollbook/service/storage";

const service = "notifier";

const tables = [
  `create table account_reference (
    account_id uuid primary key,
    name text not null,
    time_zone text not null,
    currency text not null,
    owner_emails text[] not null,
    version bigint not null
  )`,
  `create table customer_reference (
    account_id uuid not null,
    customer_id uuid not null,
    external_id text not null,
    name text not null,
    email text not null,
    billing_email text not null,
    version bigint not null,
    primary key (account_id, customer_id)
  )`,
  // An alert whose account or customer has not been heard of yet. It becomes deliveries, and goes.
  `create table unaddressed_alert (
    account_id uuid not null,
    event_id uuid not null,
    kind text not null,
    about jsonb not null,
    occurred_time timestamptz not null,
    queued_time timestamptz not null default now(),
    attempts integer not null default 0,
    next_attempt_time timestamptz not null default now(),
    primary key (account_id, event_id, kind)
  )`,
  "create index unaddressed_alert_due on unaddressed_alert (next_attempt_time)",
  // create_time and sent_time are business time, the others elapsed time. While a process has
  // claimed a delivery, next_attempt_time is the end of its lease.
  `create table delivery (
    account_id uuid not null,
    delivery_id uuid not null,
    event_id uuid not null,
    template text not null,
    recipient text not null,
    customer_id uuid not null,
    subject text not null,
    letter jsonb not null,
    message_id text not null,
    state text not null check (state in ('pending', 'sent', 'failed')),
    attempts integer not null default 0,
    last_answer text not null default '',
    create_time timestamptz not null,
    sent_time timestamptz,
    queued_time timestamptz not null default now(),
    next_attempt_time timestamptz not null default now(),
    claim_id uuid,
    primary key (account_id, delivery_id)
  )`,
  // Each alert once: whatever is heard how often, this is what cannot be there twice.
  "create unique index delivery_once on delivery (account_id, event_id, recipient, template)",
  "create index delivery_customer on delivery (account_id, customer_id, delivery_id)",
  "create index delivery_due on delivery (next_attempt_time) where state = 'pending'",
  "create index delivery_queued on delivery (queued_time)",
];

const security = [
  ...tableSecurity(service, "account_reference", ["select", "insert", "update"]),
  ...tableSecurity(service, "customer_reference", ["select", "insert", "update"]),
  ...tableSecurity(service, "unaddressed_alert"),
  ...tableSecurity(service, "delivery", ["select", "insert", "update"]),
  // Claiming what is due, and retention, look across accounts.
  ...workerPolicy(service, "unaddressed_alert", ["select", "update", "delete"]),
  ...workerPolicy(service, "delivery", ["select", "update", "delete"]),
];

/** Who is known, what waits to be addressed, and what was said to whom. */
export const deliveries = sqlMigration("0001-deliveries", [
  ...tables,
  ...security,
  ...answeredRequestSql(service),
  ...outboxSql(service),
]);
