import type { Tx } from "@tollbook/service";
import type { Invoices, StoredInvoice } from "../app/needs.ts";
import { invoiceNotFound } from "../domain/errors.ts";
import { accountOf } from "./account-of.ts";
import { type InvoiceRow, type LineRow, toInvoice } from "./invoice-rows.ts";
import { addFinalized } from "./write-invoices.ts";

/** Finalized invoices. */
export const invoices: Invoices = {
  async takeNumbers(tx, { series, financialYear, count, invoiceTime }) {
    const params = [accountOf(tx), series, financialYear, count, invoiceTime];
    const [row] = await tx.sql<{ last: string; invoiceTime: Date }>(TAKE_NUMBERS, params);
    if (row === undefined) throw new Error("an invoice series gave no number");
    return { first: BigInt(row.last) - BigInt(count) + 1n, invoiceTime: row.invoiceTime };
  },

  addFinalized,

  async get(tx, invoiceId) {
    const params = [accountOf(tx), invoiceId];
    const [row] = await tx.sql<InvoiceRow>(`${SELECT} and i.invoice_id = $2`, params);
    if (row === undefined) throw invoiceNotFound(invoiceId);
    return toInvoice(row, await linesOf(tx, invoiceId));
  },

  async list(tx, page, customerId): Promise<StoredInvoice[]> {
    const text = `${SELECT} and ($2::uuid is null or i.customer_id = $2)
      and ($3::uuid is null or i.invoice_id < $3) order by i.invoice_id desc limit $4`;
    const params = [accountOf(tx), customerId || null, page.beforeId ?? null, page.size + 1];
    const rows = await tx.sql<InvoiceRow>(text, params);
    return rows.map((row) => toInvoice(row, []));
  },
};

function linesOf(tx: Tx, invoiceId: string): Promise<LineRow[]> {
  const text = `select * from invoice_line where account_id = $1 and invoice_id = $2
    order by line_number`;
  return tx.sql<LineRow>(text, [accountOf(tx), invoiceId]);
}

/** The state of an invoice is that of its last event. */
const SELECT = `
  select i.*, last_event.state from invoice i
  cross join lateral (
    select e.state from invoice_event e
    where e.account_id = i.account_id and e.invoice_id = i.invoice_id
    order by e.event_number desc limit 1
  ) last_event
  where i.account_id = $1 and i.number is not null`;

/** Dates run with the numbers: none is earlier than that of the number before it. */
const TAKE_NUMBERS = `
  insert into invoice_number as n
    (account_id, series, financial_year, last_number, last_invoice_time)
  values ($1, $2, $3, $4, $5)
  on conflict (account_id, series, financial_year) do update
  set last_number = n.last_number + excluded.last_number,
    last_invoice_time = greatest(n.last_invoice_time, excluded.last_invoice_time)
  returning last_number as last, last_invoice_time as "invoiceTime"`;
