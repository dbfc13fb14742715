import { type Big, formatDecimal, formatMoney } from "@tollbook/domain";
import type { Invoice, InvoiceLine } from "../domain/invoice.ts";
import type { Party } from "../domain/party.ts";
import { localeOf } from "../domain/wording.ts";
import { amountInWords } from "./amount-in-words.ts";
import { printedDay, printedSpan } from "./printed-dates.ts";

/** An invoice as texts only, in the order they are printed; it can be sent to a thread. */
export interface PrintedInvoice {
  readonly title: string;
  readonly number: string;
  /** Its date: also the PDF's own, so that the same invoice gives the same bytes. */
  readonly time: Date;
  readonly supplier: PrintedParty;
  readonly recipient: PrintedParty;
  readonly facts: readonly (readonly [label: string, value: string])[];
  readonly lines: readonly PrintedLine[];
  readonly totals: readonly (readonly [label: string, value: string])[];
  readonly total: string;
  readonly words: string;
  readonly footer: string;
}

export interface PrintedParty {
  readonly name: string;
  readonly details: readonly string[];
}

export interface PrintedLine {
  readonly description: string;
  /** What the line is for, if it is not the whole period of the invoice. */
  readonly span: string;
  readonly quantity: string;
  readonly amount: string;
  readonly arithmetic: readonly string[];
}

export function printedInvoice(invoice: Invoice): PrintedInvoice {
  const { timeZone: zone, currency } = invoice;
  const money = (amount: Big) => formatMoney({ currency, amount }, localeOf(currency));
  return {
    title: "Invoice",
    number: invoice.number,
    time: invoice.invoiceTime,
    supplier: printedParty(invoice.supplier),
    recipient: printedParty(invoice.recipient),
    facts: [
      ["Invoice number", invoice.number],
      ["Invoice date", printedDay(invoice.invoiceTime, zone)],
      ["Billing period", printedSpan(invoice.period, zone)],
      ["Due date", printedDay(invoice.dueTime, zone)],
    ],
    lines: invoice.lines.map((line) => printedLine(line, invoice, money)),
    totals: [["Subtotal", money(invoice.subtotal)]],
    total: money(invoice.total),
    words: amountInWords(invoice.total, currency),
    footer: invoice.footer,
  };
}

function printedParty({ name, addressLines, country, email, taxNumber }: Party): PrintedParty {
  const place = country === "" ? [] : [countryNames.of(country) ?? country];
  const tax = taxNumber === "" ? [] : [`Tax number ${taxNumber}`];
  return { name, details: [...addressLines, ...place, ...tax, ...(email === "" ? [] : [email])] };
}

const countryNames = new Intl.DisplayNames(["en"], { type: "region" });

function printedLine(
  line: InvoiceLine,
  { currency, period, timeZone }: Invoice,
  money: (amount: Big) => string,
): PrintedLine {
  const { startTime: start, endTime: end, description, arithmetic } = line;
  const isWhole =
    start.getTime() === period.start.getTime() && end.getTime() === period.end.getTime();
  return {
    description,
    span: isWhole ? "" : printedSpan({ start, end }, timeZone),
    quantity: `${formatDecimal(line.quantity, localeOf(currency))} ${line.unit}`,
    amount: money(line.amount),
    arithmetic,
  };
}
