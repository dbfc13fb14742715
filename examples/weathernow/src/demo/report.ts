import { styleText } from "node:util";
import type { Customer } from "./account.ts";
import type { PrintedInvoice } from "./invoices.ts";
import { type Line, sumOf } from "./ledger.ts";
import type { Mail } from "./mails.ts";
import { endpoints } from "./story.ts";

const inIndia = new Intl.NumberFormat("en-IN");
const count = (calls: number) => inIndia.format(calls);

/** Everything that came of the month: what Tollbook tells, and what callers saw. */
export interface Month {
  customers: readonly Customer[];
  counted: readonly Line[];
  seen: readonly Line[];
  invoices: readonly PrintedInvoice[];
  mails: readonly Mail[];
}

/** Prints the month for people. */
export function printMonth({ customers, counted, seen, invoices, mails }: Month): void {
  heading("The month");
  table([
    ["Customer", "Total calls", "Amount"],
    ...customers.map((customer) => [
      customer.name,
      callsOf(customer, counted, seen),
      amountOf(customer, invoices),
    ]),
  ]);
  heading("Calls per endpoint and status");
  table([
    ["Customer", "Endpoint", "2xx", "4xx", "refused"],
    ...customers.flatMap((customer) => {
      return endpoints.map((endpoint) => endpointRow(customer, endpoint, counted));
    }),
  ]);
  heading("E-mails that arrived");
  for (const { to, subject } of mails) console.log(`  ${to.join(", ")}: ${subject}`);
  heading("Invoices as PDF");
  for (const { file } of invoices) console.log(`  ${file}`);
}

function callsOf(
  { externalId }: Customer,
  counted: readonly Line[],
  seen: readonly Line[],
): string {
  const of = (line: Line) => line.externalId === externalId;
  const [{ calls }, { refused }] = [sumOf(counted, of), sumOf(seen, of)];
  return refused > 0 ? `${count(calls)} (${count(refused)} refused)` : count(calls);
}

function amountOf({ customerId }: Customer, invoices: readonly PrintedInvoice[]): string {
  const invoice = invoices.find((each) => each.customerId === customerId);
  if (invoice === undefined) return "₹0.00, no invoice";
  const { currency, amount } = invoice.total;
  // Formats a decimal string as it is: no figure of money becomes a floating-point number.
  return new Intl.NumberFormat("en-IN", { style: "currency", currency }).format(amount as never);
}

function endpointRow({ name, externalId }: Customer, endpoint: string, counted: readonly Line[]) {
  const sums = (statusClass: number) => {
    return sumOf(counted, (line) => {
      const ours = line.externalId === externalId && line.endpoint === endpoint;
      return ours && line.statusClass === statusClass;
    });
  };
  const row = [sums(2).calls, sums(4).calls, sums(0).refused].map(count);
  return [name, endpoint, ...row];
}

function heading(text: string): void {
  console.log(`\n${styleText("bold", text)}`);
}

/** Columns as wide as they need; figures to the right. */
function table(rows: string[][]): void {
  const widths = (rows[0] ?? []).map((_, at) =>
    Math.max(...rows.map((row) => row[at]?.length ?? 0)),
  );
  rows.forEach((row, index) => {
    const cells = row.map((cell, at) => {
      const width = widths[at] ?? 0;
      return /^[₹\d]/.test(rows[1]?.[at] ?? "") ? cell.padStart(width) : cell.padEnd(width);
    });
    const line = `  ${cells.join("   ")}`.trimEnd();
    console.log(index === 0 ? styleText("dim", line) : line);
  });
}
