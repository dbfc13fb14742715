import { sqlMigration, tableSecurity, workerPolicy } from "@tollbook/service/storage";

const service = "billing";

const tables = [
  // The running period stands in the row: its end is when the scheduler turns to the next.
  `create table subscription (
    account_id uuid not null,
    subscription_id uuid not null,
    customer_id uuid not null,
    is_default boolean not null,
    start_time timestamptz not null,
    end_time timestamptz,
    without_final_invoice boolean not null default false,
    period_start_time timestamptz not null,
    period_end_time timestamptz not null,
    turned_off boolean not null default false,
    told_term integer not null,
    version bigint not null,
    revision bigint not null,
    primary key (account_id, subscription_id),
    foreign key (account_id, customer_id) references customer_ref,
    check (end_time > start_time),
    check (period_end_time > period_start_time)
  )`,
  `create unique index subscription_default on subscription (account_id, customer_id)
    where is_default and end_time is null`,
  "create index subscription_of_customer on subscription (account_id, customer_id)",
  "create index subscription_turn on subscription (period_end_time) where not turned_off",
  // Which plan versions it was, is and will be on; numbered in the order they were decided.
  `create table subscription_term (
    account_id uuid not null,
    subscription_id uuid not null,
    number integer not null,
    start_time timestamptz not null,
    plan_id uuid not null,
    plan_version integer not null,
    decide_time timestamptz not null,
    primary key (account_id, subscription_id, number),
    foreign key (account_id, subscription_id) references subscription,
    foreign key (account_id, plan_id, plan_version) references plan_version
  )`,
  // One row a subscription and period, whoever bills it. hold_until is wall-clock time: somebody
  // is at work on it until then, or the last attempt failed and the next waits.
  `create table billing_period (
    account_id uuid not null,
    subscription_id uuid not null,
    start_time timestamptz not null,
    end_time timestamptz not null,
    customer_id uuid not null,
    hold_until timestamptz not null default '-infinity',
    attempts integer not null default 0,
    seal_number integer,
    usage_sha256 bytea,
    bill_time timestamptz,
    invoice_id uuid,
    primary key (account_id, subscription_id, start_time),
    foreign key (account_id, subscription_id) references subscription,
    check (end_time > start_time)
  )`,
  `create index billing_period_unbilled on billing_period (end_time, account_id)
    where bill_time is null`,
  `create index billing_period_of_account on billing_period (account_id, end_time)
    where bill_time is null`,
];

/** Who is on which plan, and the periods to bill. */
export const subscriptionsMigration = sqlMigration("0002-subscriptions", [
  ...tables,
  ...tableSecurity(service, "subscription", ["select", "insert", "update"]),
  ...tableSecurity(service, "subscription_term", ["select", "insert"]),
  ...tableSecurity(service, "billing_period", ["select", "insert", "update"]),
  // The schedulers ask which accounts have work; the work itself is done in the account.
  ...workerPolicy(service, "subscription", ["select"]),
  ...workerPolicy(service, "billing_period", ["select"]),
]);
