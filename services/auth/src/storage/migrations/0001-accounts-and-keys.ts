import { outboxSql } from "@tollbook/events";
import {
  answeredRequestSql,
  lookupFunction,
  lookupPolicy,
  sqlMigration,
  tableSecurity,
  workerPolicy,
} from "@tollbook/service/storage";

const service = "auth";

const tables = [
  `create table account (
    account_id uuid primary key,
    name text not null,
    time_zone text not null,
    currency text not null,
    country text not null,
    suspended boolean not null default false,
    default_failure_mode text not null default 'closed'
      check (default_failure_mode in ('closed', 'open')),
    version bigint not null default 1,
    create_time timestamptz not null
  )`,
  `create table member (
    account_id uuid not null references account,
    member_id uuid not null,
    email text not null check (email = lower(email)),
    name text not null,
    role text not null check (role in ('owner', 'admin', 'billing', 'viewer')),
    password_hash text not null,
    email_verified boolean not null default false,
    create_time timestamptz not null,
    primary key (account_id, member_id)
  )`,
  // A person signs in by e-mail address alone, so it is unique across accounts.
  "create unique index member_email on member (email)",
  `create table session (
    account_id uuid not null,
    session_id uuid not null,
    member_id uuid not null,
    create_time timestamptz not null default now(),
    end_time timestamptz,
    primary key (account_id, session_id),
    foreign key (account_id, member_id) references member on delete cascade
  )`,
  `create table refresh_token (
    account_id uuid not null,
    token_sha256 bytea not null,
    session_id uuid not null,
    expire_time timestamptz not null,
    use_time timestamptz,
    primary key (account_id, token_sha256),
    foreign key (account_id, session_id) references session on delete cascade
  )`,
  "create unique index refresh_token_sha256 on refresh_token (token_sha256)",
  `create table root_key (
    account_id uuid not null references account,
    root_key_id uuid not null,
    name text not null,
    scopes text[] not null,
    last_four text not null,
    hash bytea not null,
    pepper_version integer not null,
    create_time timestamptz not null,
    expire_time timestamptz,
    revoke_time timestamptz,
    primary key (account_id, root_key_id)
  )`,
  "create unique index root_key_hash on root_key (hash)",
  `create table customer (
    account_id uuid not null references account,
    customer_id uuid not null,
    external_id text not null,
    name text not null,
    email text not null,
    billing jsonb not null,
    metadata jsonb not null,
    standing text not null default 'good' check (standing in ('good', 'suspended', 'unpaid')),
    version bigint not null default 1,
    create_time timestamptz not null,
    primary key (account_id, customer_id)
  )`,
  "create unique index customer_external_id on customer (account_id, external_id)",
  `create table customer_key (
    account_id uuid not null,
    key_id uuid not null,
    customer_id uuid not null,
    name text not null,
    prefix text not null,
    last_four text not null,
    test boolean not null,
    state text not null default 'active' check (state in ('active', 'disabled', 'revoked')),
    subscription_id uuid,
    scopes text[] not null,
    metadata jsonb not null,
    hash bytea not null,
    pepper_version integer not null,
    version bigint not null default 1,
    create_time timestamptz not null,
    expire_time timestamptz,
    revoke_time timestamptz,
    primary key (account_id, key_id),
    foreign key (account_id, customer_id) references customer
  )`,
  "create unique index customer_key_hash on customer_key (account_id, hash)",
  "create index customer_key_customer on customer_key (account_id, customer_id, key_id)",
];

const accountTables = ["account", "session", "refresh_token", "root_key", "customer"];

/** What must be found before an account is known. Each shows no more than its caller needs. */
const lookups = [
  ...lookupPolicy(service, "member"),
  ...lookupPolicy(service, "refresh_token"),
  ...lookupPolicy(service, "root_key"),
  ...lookupFunction(service, {
    name: "member_by_email",
    args: "wanted text",
    returns: "table (account_id uuid, member_id uuid, password_hash text)",
    body: "select m.account_id, m.member_id, m.password_hash from member m where m.email = wanted",
    callers: ["worker"],
  }),
  ...lookupFunction(service, {
    name: "account_of_refresh_token",
    args: "wanted bytea",
    returns: "table (account_id uuid)",
    body: "select r.account_id from refresh_token r where r.token_sha256 = wanted",
    callers: ["worker"],
  }),
  ...lookupFunction(service, {
    name: "root_key_by_hash",
    args: "wanted bytea[]",
    returns: `table (account_id uuid, root_key_id uuid, name text, scopes text[], last_four text,
      create_time timestamptz, expire_time timestamptz, revoke_time timestamptz)`,
    body: `select r.account_id, r.root_key_id, r.name, r.scopes, r.last_four, r.create_time,
        r.expire_time, r.revoke_time
      from root_key r where r.hash = any (wanted)`,
    callers: ["worker"],
  }),
];

/** Wakes the gates' streams in every auth process, NATS or not, when news commits. */
const keyNews = [
  `create function tell_key_news() returns trigger language plpgsql as $$
    begin perform pg_notify('key_news', new.account_id::text); return null; end $$`,
  `create trigger tell_key_news after insert on outbox
    for each row execute function tell_key_news()`,
];

/** Accounts, people, credentials, and the outbox that tells of them. */
export const accountsAndKeys = sqlMigration("0001-accounts-and-keys", [
  ...tables,
  ...accountTables.flatMap((table) =>
    tableSecurity(service, table, ["select", "insert", "update"]),
  ),
  ...tableSecurity(service, "member"),
  ...tableSecurity(service, "customer_key", ["select", "insert", "update"]),
  ...workerPolicy(service, "refresh_token", ["delete"]),
  ...lookups,
  ...outboxSql(service),
  ...keyNews,
  ...answeredRequestSql(service),
]);
