import { mkdirSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { until } from "./until.ts";
import type { WebDoor } from "./web-door.ts";

/** An invoice as the web door tells it. */
export interface Invoice {
  invoiceId: string;
  number: string;
  customerId: string;
  state: string;
  periodStartTime: string;
  periodEndTime: string;
  total: { currency: string; amount: string };
  lines: { description: string; quantity: string; amount: { amount: string } }[];
}

/** An invoice with the file it was printed to. */
export interface PrintedInvoice extends Invoice {
  pdf: Buffer;
  file: string;
}

/** Outlives the platform's own folder: people want to look. */
const folder = join(tmpdir(), `tollbook-demo-${userInfo().uid}`);

/** Waits for so many invoices; gives all there are, with their lines and PDFs. */
export async function invoicesOf(owner: WebDoor, atLeast: number): Promise<PrintedInvoice[]> {
  const ids = await until(`there are ${atLeast} invoices`, async () => {
    const { invoices = [] } = await owner.get<{ invoices?: Invoice[] }>("/v1/invoices");
    return invoices.length >= atLeast && invoices.map(({ invoiceId }) => invoiceId);
  });
  const printed = await Promise.all(ids.map((id) => print(owner, id)));
  return printed.sort((one, other) => one.number.localeCompare(other.number));
}

async function print(owner: WebDoor, invoiceId: string): Promise<PrintedInvoice> {
  const path = `/v1/invoices/${invoiceId}`;
  const { invoice } = await owner.get<{ invoice: Invoice }>(path);
  const pdf = await owner.file(`${path}/pdf`);
  const file = join(folder, `${invoice.number.replaceAll("/", "-")}.pdf`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(file, pdf);
  return { ...invoice, pdf, file };
}
