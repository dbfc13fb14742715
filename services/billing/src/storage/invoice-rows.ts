import { Big } from "@tollbook/domain";
import type { StoredInvoice } from "../app/needs.ts";
import type { InvoiceLine, InvoiceState } from "../domain/invoice.ts";
import type { Party } from "../domain/party.ts";

/** A row of `invoice` that has its number, with the state of its last event. */
export interface InvoiceRow {
  invoice_id: string;
  customer_id: string;
  currency: string;
  time_zone: string;
  period_start_time: Date;
  period_end_time: Date;
  supplier: Party;
  recipient: Party;
  subtotal: string;
  tax_total: string;
  round_off: string;
  total: string;
  footer: string;
  number: string;
  series: string;
  financial_year: string;
  sequence: string;
  invoice_time: Date;
  due_time: Date;
  document_sha256: Buffer;
  state: InvoiceState;
}

/** A row of `invoice_line`. */
export interface LineRow {
  line_number: number;
  description: string;
  subscription_id: string;
  charge_id: string;
  plan_id: string;
  plan_version: number;
  meter_id: string | null;
  quantity: string;
  unit: string;
  amount: string;
  arithmetic: string[];
  sac: string;
  start_time: Date;
  end_time: Date;
}

export function toInvoice(row: InvoiceRow, lines: readonly LineRow[]): StoredInvoice {
  return {
    invoiceId: row.invoice_id,
    customerId: row.customer_id,
    currency: row.currency,
    timeZone: row.time_zone,
    period: { start: row.period_start_time, end: row.period_end_time },
    supplier: row.supplier,
    recipient: row.recipient,
    lines: lines.map(toLine),
    subtotal: new Big(row.subtotal),
    taxTotal: new Big(row.tax_total),
    roundOff: new Big(row.round_off),
    total: new Big(row.total),
    footer: row.footer,
    number: row.number,
    series: row.series,
    financialYear: row.financial_year,
    sequence: BigInt(row.sequence),
    invoiceTime: row.invoice_time,
    dueTime: row.due_time,
    documentSha256: row.document_sha256,
    state: row.state,
  };
}

function toLine(row: LineRow): InvoiceLine {
  return {
    lineNumber: row.line_number,
    description: row.description,
    subscriptionId: row.subscription_id,
    chargeId: row.charge_id,
    planId: row.plan_id,
    planVersion: row.plan_version,
    meterId: row.meter_id ?? "",
    quantity: new Big(row.quantity),
    unit: row.unit,
    amount: new Big(row.amount),
    arithmetic: row.arithmetic,
    sac: row.sac,
    startTime: row.start_time,
    endTime: row.end_time,
  };
}
