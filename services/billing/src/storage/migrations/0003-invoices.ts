import { sqlMigration, tableSecurity } from "@tollbook/service/storage";

const service = "billing";

/** Enough for every amount there is: 18 digits before the point, 12 after. */
const amount = "numeric(30, 12)";

const invoices = [
  // The row that is locked to take a number: what is rolled back leaves no gap.
  `create table invoice_number (
    account_id uuid not null,
    series text not null,
    financial_year text not null,
    last_number bigint not null,
    last_invoice_time timestamptz not null,
    primary key (account_id, series, financial_year)
  )`,
  // A draft has no number; with its number an invoice is final.
  `create table invoice (
    account_id uuid not null,
    invoice_id uuid not null,
    customer_id uuid not null,
    currency text not null,
    time_zone text not null,
    period_start_time timestamptz not null,
    period_end_time timestamptz not null,
    supplier jsonb not null,
    recipient jsonb not null,
    subtotal ${amount} not null,
    tax_total ${amount} not null,
    round_off ${amount} not null,
    total ${amount} not null check (total = subtotal + tax_total + round_off),
    footer text not null,
    number text,
    series text,
    financial_year text,
    sequence bigint,
    invoice_time timestamptz,
    due_time timestamptz,
    document_sha256 bytea,
    primary key (account_id, invoice_id),
    check (num_nonnulls(number, series, financial_year, sequence, invoice_time, due_time,
      document_sha256) in (0, 7)),
    check (length(number) <= 16)
  )`,
  "create unique index invoice_by_number on invoice (account_id, number)",
  `create unique index invoice_by_sequence
    on invoice (account_id, series, financial_year, sequence)`,
  "create index invoice_of_customer on invoice (account_id, customer_id, invoice_id)",
  `create table invoice_line (
    account_id uuid not null,
    invoice_id uuid not null,
    line_number integer not null,
    description text not null,
    subscription_id uuid not null,
    charge_id uuid not null,
    plan_id uuid not null,
    plan_version integer not null,
    meter_id uuid,
    quantity ${amount} not null,
    unit text not null,
    amount ${amount} not null,
    arithmetic text[] not null,
    sac text not null,
    start_time timestamptz not null,
    end_time timestamptz not null,
    primary key (account_id, invoice_id, line_number),
    foreign key (account_id, invoice_id) references invoice
  )`,
  // What became of an invoice: its state is that of its last event.
  `create table invoice_event (
    account_id uuid not null,
    invoice_id uuid not null,
    event_number integer not null,
    state text not null check (state in ('finalized', 'paid', 'void', 'uncollectible')),
    event_time timestamptz not null,
    primary key (account_id, invoice_id, event_number),
    foreign key (account_id, invoice_id) references invoice
  )`,
];

const runs = [
  `create table billing_run (
    account_id uuid not null,
    billing_run_id uuid not null,
    state text not null check (state in ('running', 'done', 'incomplete')),
    periods_total integer not null,
    periods_done integer not null default 0,
    invoices integer not null default 0,
    start_time timestamptz not null,
    end_time timestamptz,
    last_problem text not null default '',
    primary key (account_id, billing_run_id)
  )`,
  // An account has one run under way: what is due later joins it.
  "create unique index billing_run_open on billing_run (account_id) where state <> 'done'",
];

/** The law of finalized documents, held by the database for whatever code may come. */
const immutability = [
  `create function refuse_final_invoice() returns trigger language plpgsql as $$
    begin
      if old.number is not null then
        raise exception 'invoice % is final', old.number using errcode = 'restrict_violation';
      end if;
      return case tg_op when 'DELETE' then old else new end;
    end $$`,
  `create trigger refuse_final_invoice before update or delete on invoice
    for each row execute function refuse_final_invoice()`,
  `create function refuse_final_line() returns trigger language plpgsql as $$
    declare
      line invoice_line := case tg_op when 'DELETE' then old else new end;
    begin
      if exists (select from invoice i where i.account_id = line.account_id
        and i.invoice_id = line.invoice_id and i.number is not null) then
        raise exception 'the invoice of this line is final' using errcode = 'restrict_violation';
      end if;
      return line;
    end $$`,
  `create trigger refuse_final_line before insert or update or delete on invoice_line
    for each row execute function refuse_final_line()`,
];

/** What is owed, and the runs that make it. */
export const invoicesMigration = sqlMigration("0003-invoices", [
  ...invoices,
  ...runs,
  ...immutability,
  ...tableSecurity(service, "invoice_number", ["select", "insert", "update"]),
  ...tableSecurity(service, "invoice", ["select", "insert", "update"]),
  ...tableSecurity(service, "invoice_line", ["select", "insert"]),
  ...tableSecurity(service, "invoice_event", ["select", "insert"]),
  ...tableSecurity(service, "billing_run", ["select", "insert", "update"]),
]);
