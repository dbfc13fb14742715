import { createHash } from "node:crypto";
import { decimalText } from "@tollbook/domain";
import type { Tx } from "@tollbook/service";
import { documentText } from "../domain/document-text.ts";
import type { Invoice } from "../domain/invoice.ts";
import { accountOf } from "./account-of.ts";

/**
 * Stores invoices, four statements for all of them: drafts, their lines, then their numbers,
 * after which the database lets nobody change them, and the event each begins its life with.
 */
export async function addFinalized(tx: Tx, invoices: readonly Invoice[]): Promise<void> {
  if (invoices.length === 0) return;
  const accountId = accountOf(tx);
  await tx.sql(INSERT_DRAFTS, [accountId, JSON.stringify(invoices.map(draftRow))]);
  await tx.sql(INSERT_LINES, [accountId, JSON.stringify(invoices.flatMap(lineRows))]);
  await tx.sql(FINALIZE, [accountId, JSON.stringify(invoices.map(numberRow))]);
  const events = invoices.map(({ invoiceId, invoiceTime }) => [invoiceId, invoiceTime] as const);
  await tx.sql(INSERT_EVENTS, [
    accountId,
    events.map(([invoiceId]) => invoiceId),
    events.map(([, time]) => time),
  ]);
}

function draftRow(invoice: Invoice) {
  return {
    invoice_id: invoice.invoiceId,
    customer_id: invoice.customerId,
    currency: invoice.currency,
    time_zone: invoice.timeZone,
    period_start_time: invoice.period.start,
    period_end_time: invoice.period.end,
    supplier: invoice.supplier,
    recipient: invoice.recipient,
    subtotal: decimalText(invoice.subtotal),
    tax_total: decimalText(invoice.taxTotal),
    round_off: decimalText(invoice.roundOff),
    total: decimalText(invoice.total),
    footer: invoice.footer,
  };
}

function lineRows({ invoiceId, lines }: Invoice) {
  return lines.map((line) => ({
    invoice_id: invoiceId,
    line_number: line.lineNumber,
    description: line.description,
    subscription_id: line.subscriptionId,
    charge_id: line.chargeId,
    plan_id: line.planId,
    plan_version: line.planVersion,
    meter_id: line.meterId || null,
    quantity: decimalText(line.quantity),
    unit: line.unit,
    amount: decimalText(line.amount),
    arithmetic: line.arithmetic,
    sac: line.sac,
    start_time: line.startTime,
    end_time: line.endTime,
  }));
}

function numberRow(invoice: Invoice) {
  return {
    invoice_id: invoice.invoiceId,
    number: invoice.number,
    series: invoice.series,
    financial_year: invoice.financialYear,
    sequence: invoice.sequence.toString(),
    invoice_time: invoice.invoiceTime,
    due_time: invoice.dueTime,
    document_sha256: createHash("sha256").update(documentText(invoice)).digest("hex"),
  };
}

const DRAFT_COLUMNS = `invoice_id, customer_id, currency, time_zone, period_start_time,
  period_end_time, supplier, recipient, subtotal, tax_total, round_off, total, footer`;

const INSERT_DRAFTS = `
  insert into invoice (account_id, ${DRAFT_COLUMNS})
  select $1::uuid, ${DRAFT_COLUMNS} from json_to_recordset($2::json) as draft(
    invoice_id uuid, customer_id uuid, currency text, time_zone text,
    period_start_time timestamptz, period_end_time timestamptz, supplier jsonb, recipient jsonb,
    subtotal numeric, tax_total numeric, round_off numeric, total numeric, footer text)`;

const LINE_COLUMNS = `invoice_id, line_number, description, subscription_id, charge_id, plan_id,
  plan_version, meter_id, quantity, unit, amount, arithmetic, sac, start_time, end_time`;

const INSERT_LINES = `
  insert into invoice_line (account_id, ${LINE_COLUMNS})
  select $1::uuid, ${LINE_COLUMNS} from json_to_recordset($2::json) as line(
    invoice_id uuid, line_number integer, description text, subscription_id uuid, charge_id uuid,
    plan_id uuid, plan_version integer, meter_id uuid, quantity numeric, unit text,
    amount numeric, arithmetic text[], sac text, start_time timestamptz, end_time timestamptz)`;

const FINALIZE = `
  update invoice i
  set number = final.number, series = final.series, financial_year = final.financial_year,
    sequence = final.sequence, invoice_time = final.invoice_time, due_time = final.due_time,
    document_sha256 = decode(final.document_sha256, 'hex')
  from json_to_recordset($2::json) as final(invoice_id uuid, number text, series text,
    financial_year text, sequence bigint, invoice_time timestamptz, due_time timestamptz,
    document_sha256 text)
  where i.account_id = $1 and i.invoice_id = final.invoice_id`;

const INSERT_EVENTS = `
  insert into invoice_event (account_id, invoice_id, event_number, state, event_time)
  select $1::uuid, told.invoice_id, 1, 'finalized', told.event_time
  from unnest($2::uuid[], $3::timestamptz[]) as told(invoice_id, event_time)`;
