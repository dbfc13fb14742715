import type { Invoice } from "../domain/invoice.ts";
import type { Needs } from "./needs.ts";

export interface PdfFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** An invoice as a PDF, made anew each time from its rows: the same bytes each time. */
export const invoicePdf =
  ({ database, invoices, renderer }: Needs) =>
  async (accountId: string, invoiceId: string): Promise<PdfFile> => {
    const invoice = await database.inAccount(accountId, (tx) => invoices.get(tx, invoiceId));
    return { name: fileName(invoice), bytes: await renderer.render(invoice) };
  };

/** A number has slashes, which a file's name cannot have. */
function fileName({ number }: Invoice): string {
  return `${number.replaceAll("/", "-")}.pdf`;
}
