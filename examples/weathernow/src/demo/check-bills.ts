import type { Customer } from "./account.ts";
import type { Checks } from "./checks.ts";
import type { PrintedInvoice } from "./invoices.ts";
import { allowedCalls, month } from "./story.ts";

/** Holds the invoices against the story: who gets one, for what, and how much it says. */
export function checkInvoices(
  checks: Checks,
  customers: readonly Customer[],
  invoices: readonly PrintedInvoice[],
): void {
  const billed = customers.filter(({ amount }) => amount !== undefined);
  checks.equal("invoices", billed.length, invoices.length);
  const numbers = billed.map((_, index) => `INV/26-27/${String(index + 1).padStart(6, "0")}`);
  checks.equal(
    "invoice numbers",
    numbers.join(", "),
    invoices.map(({ number }) => number).join(", "),
  );
  for (const customer of customers) {
    const its = invoices.filter(({ customerId }) => customerId === customer.customerId);
    checks.equal(`${customer.name}, invoices`, customer.amount === undefined ? 0 : 1, its.length);
    if (customer.amount !== undefined && its[0]) checkInvoice(checks, customer, its[0]);
  }
}

function checkInvoice(checks: Checks, customer: Customer, invoice: PrintedInvoice): void {
  const { name, amount = "" } = customer;
  const { total, lines, state, periodStartTime, periodEndTime, pdf } = invoice;
  const figures: [what: string, expected: string | number, found: string | number | undefined][] = [
    ["amount", `INR ${amount}`, `${total.currency} ${total.amount}`],
    ["lines", 1, lines.length],
    ["calls charged", String(allowedCalls(customer)), lines[0]?.quantity],
    ["amount of the line", amount, lines[0]?.amount.amount],
    ["state", "INVOICE_STATE_FINALIZED", state],
    ["end of the period", Date.parse(month.endTime), Date.parse(periodEndTime)],
    ["PDF begins with", "%PDF-", pdf.subarray(0, 5).toString("latin1")],
  ];
  for (const [what, expected, found] of figures) {
    checks.equal(`${name}, invoice, ${what}`, expected, found);
  }
  const begins = Date.parse(periodStartTime);
  const inMonth = begins >= Date.parse(month.startTime) && begins < Date.parse(month.endTime);
  checks.equal(`${name}, invoice, period begins in the month`, "true", String(inMonth));
}
