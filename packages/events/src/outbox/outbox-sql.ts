import { lockedTable, tableSecurity, workerPolicy } from "@tollbook/service/storage";

/**
 * The tables of events, for a service's first migration: one statement each. `service` names the
 * roles: its app acts for one account, its worker across accounts (relay, feed, consumer).
 * Row-level security is forced on all of them; two hold no account's rows and are the worker's.
 */
export function outboxSql(service: string): string[] {
  return [
    ...OUTBOX,
    ...tableSecurity(service, "outbox", ["select", "insert"]),
    ...workerPolicy(service, "outbox", ["select", "insert", "update", "delete"]),
    ...tableSecurity(service, "outbox_number", ["select", "insert", "update"]),
    ...workerPolicy(service, "outbox_number", ["select", "insert", "update"]),
    ...lockedTable("outbox_epoch"),
    ...workerPolicy(service, "outbox_epoch", ["select", "insert", "update"]),
    ...INBOX,
    ...tableSecurity(service, "inbox", ["select", "insert"]),
    ...workerPolicy(service, "inbox", ["select", "delete"]),
    ...tableSecurity(service, "dead_letter"),
    ...workerPolicy(service, "dead_letter", ["select", "update", "delete"]),
    ...lockedTable("event_cursor"),
    ...workerPolicy(service, "event_cursor", ["select", "insert", "update"]),
  ];
}

/**
 * What this service tells. `xid` is the transaction that wrote the row: the feed gives out only
 * rows of transactions that no older running one can still precede. `outbox_epoch` has one row:
 * which life of this database its transaction ids belong to.
 */
const OUTBOX = [
  `create table outbox (
    account_id uuid not null,
    number bigint not null,
    event_id uuid not null,
    type text not null,
    xid xid8 not null default pg_current_xact_id(),
    occurred_time timestamptz not null,
    written_time timestamptz not null default now(),
    published_time timestamptz,
    traceparent text,
    payload bytea not null,
    primary key (account_id, number)
  )`,
  "create index outbox_feed on outbox (xid, account_id, number)",
  `create index outbox_unpublished on outbox (xid, account_id, number)
    where published_time is null`,
  "create index outbox_written on outbox (written_time)",
  `create table outbox_number (
    account_id uuid primary key,
    last_number bigint not null
  )`,
  `create table outbox_epoch (
    single boolean primary key default true check (single),
    epoch uuid not null,
    cluster text not null,
    trimmed_xid xid8 not null default '0'
  )`,
];

/**
 * What this service has heard. A row of `dead_letter` without `dead_time` is an event whose
 * handler failed and is tried again at `next_attempt_time`; with one, it waits for a person.
 * The columns `after_…` of `event_cursor` are a place in a producer's outbox, nobody's row.
 */
const INBOX = [
  `create table inbox (
    account_id uuid not null,
    consumer text not null,
    event_id uuid not null,
    heard_time timestamptz not null default now(),
    primary key (account_id, consumer, event_id)
  )`,
  "create index inbox_heard on inbox (heard_time)",
  `create table dead_letter (
    account_id uuid not null,
    consumer text not null,
    event_id uuid not null,
    type text not null,
    number bigint not null,
    occurred_time timestamptz not null,
    traceparent text,
    payload bytea not null,
    attempts integer not null,
    last_error text not null,
    failed_time timestamptz not null,
    next_attempt_time timestamptz not null,
    dead_time timestamptz,
    primary key (account_id, consumer, event_id)
  )`,
  `create index dead_letter_due on dead_letter (consumer, next_attempt_time)
    where dead_time is null`,
  "create index dead_letter_dead on dead_letter (dead_time) where dead_time is not null",
  `create table event_cursor (
    consumer text not null,
    producer text not null,
    types text[] not null,
    epoch text not null,
    after_xid xid8 not null,
    after_account_id uuid not null,
    after_number bigint not null,
    saved_time timestamptz not null default now(),
    primary key (consumer, producer)
  )`,
];
