import { outboxSql } from "@tollbook/events";
import { answeredRequestSql, sqlMigration, tableSecurity } from "@tollbook/service/storage";

const service = "billing";

/** What billing keeps of accounts and customers; auth owns them. */
const references = [
  `create table account_ref (
    account_id uuid primary key,
    name text not null,
    time_zone text not null,
    currency text not null,
    country text not null,
    version bigint not null
  )`,
  `create table customer_ref (
    account_id uuid not null,
    customer_id uuid not null,
    name text not null,
    email text not null,
    legal_name text not null,
    address_lines text[] not null,
    city text not null,
    postal_code text not null,
    state text not null,
    country text not null,
    tax_number text not null,
    billing_email text not null,
    version bigint not null,
    primary key (account_id, customer_id)
  )`,
];

/**
 * A plan's terms are one document, read and written whole; prices in it are decimal strings.
 * `plan_item` remembers which id a charge or limit of a name has, over all versions.
 */
const catalogue = [
  `create table plan (
    account_id uuid not null,
    plan_id uuid not null,
    newest_version integer not null default 0,
    create_time timestamptz not null,
    archive_time timestamptz,
    primary key (account_id, plan_id)
  )`,
  `create table plan_draft (
    account_id uuid not null,
    plan_id uuid not null,
    terms jsonb not null,
    create_time timestamptz not null,
    primary key (account_id, plan_id),
    foreign key (account_id, plan_id) references plan
  )`,
  `create table plan_version (
    account_id uuid not null,
    plan_id uuid not null,
    version integer not null check (version > 0),
    terms jsonb not null,
    create_time timestamptz not null,
    publish_time timestamptz not null,
    primary key (account_id, plan_id, version),
    foreign key (account_id, plan_id) references plan
  )`,
  `create table plan_item (
    account_id uuid not null,
    plan_id uuid not null,
    kind text not null check (kind in ('charge', 'limit')),
    name text not null,
    item_id uuid not null,
    primary key (account_id, plan_id, kind, name),
    foreign key (account_id, plan_id) references plan
  )`,
];

/** Who bills: one row an account, if it has set anything. */
const profile = `create table billing_profile (
  account_id uuid primary key,
  supplier jsonb not null,
  invoice_series text not null,
  due_days integer not null,
  sac text not null,
  upi_address text not null,
  footer text not null
)`;

const written = ["select", "insert", "update"] as const;
const appended = ["select", "insert"] as const;

/** Plans and those they are for. A published version may be read and added, never changed. */
export const catalogueMigration = sqlMigration("0001-catalogue", [
  ...references,
  ...catalogue,
  profile,
  ...tableSecurity(service, "account_ref", written),
  ...tableSecurity(service, "customer_ref", written),
  ...tableSecurity(service, "plan", written),
  ...tableSecurity(service, "plan_draft"),
  ...tableSecurity(service, "plan_version", appended),
  ...tableSecurity(service, "plan_item", appended),
  ...tableSecurity(service, "billing_profile", written),
  ...outboxSql(service),
  ...answeredRequestSql(service),
]);
