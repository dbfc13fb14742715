import { amountText, decimalText } from "@tollbook/domain";
import type { Invoice, InvoiceLine } from "./invoice.ts";
import type { Party } from "./party.ts";

/** Changes when the text is put together in another way; documents keep theirs. */
export const DOCUMENT_FORMAT = 1;

/**
 * An invoice as one text, the same each time: what its SHA-256 is taken of, so that a changed
 * row is noticed. Fields stand in this order, with exact decimals and UTC times.
 */
export function documentText(invoice: Invoice): string {
  const { currency } = invoice;
  const amount = (value: Invoice["total"]) => amountText({ currency, amount: value });
  return JSON.stringify([
    DOCUMENT_FORMAT,
    invoice.invoiceId,
    invoice.number,
    invoice.customerId,
    currency,
    invoice.timeZone,
    span(invoice.period.start, invoice.period.end),
    span(invoice.invoiceTime, invoice.dueTime),
    party(invoice.supplier),
    party(invoice.recipient),
    invoice.lines.map((line) => [...lineFields(line), amount(line.amount)]),
    [invoice.subtotal, invoice.taxTotal, invoice.roundOff, invoice.total].map(amount),
    invoice.footer,
  ]);
}

function lineFields(line: InvoiceLine): unknown[] {
  return [
    line.lineNumber,
    line.description,
    line.subscriptionId,
    line.chargeId,
    line.planId,
    line.planVersion,
    line.meterId,
    decimalText(line.quantity),
    line.unit,
    line.arithmetic,
    line.sac,
    span(line.startTime, line.endTime),
  ];
}

function party({ name, addressLines, state, country, taxNumber, email }: Party): unknown[] {
  return [name, addressLines, state, country, taxNumber, email];
}

function span(start: Date, end: Date): string[] {
  return [start.toISOString(), end.toISOString()];
}
