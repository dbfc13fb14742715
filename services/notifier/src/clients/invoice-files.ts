import { InvoiceServiceClient } from "@tollbook/contracts/billing/v1";
import { createClient, type Platform } from "@tollbook/service";
import type { InvoiceFiles } from "../app/needs.ts";
import { oneLine } from "../domain/mail/one-line.ts";

/** A PDF of a thousand lines takes a second or two to draw. */
const deadlineMs = 20_000;

const fileNameLengthMax = 100;

/** Billing's PDFs, as the e-mails that carry them need them. */
export function invoiceFiles(
  address: string,
  { credential, logger, metrics }: Platform,
): InvoiceFiles & { close(): void } {
  const shared = { address, credential, deadlineMs, logger, metrics };
  const billing = createClient(InvoiceServiceClient, shared);
  return {
    pdf: async (accountId, invoiceId) => {
      const { file } = await billing.getInvoicePdf({ invoiceId }, { actFor: accountId });
      if (!file || file.data.length === 0) throw new Error("billing answered without a PDF");
      return {
        fileName: safeName(file.fileName) || "invoice.pdf",
        contentType: file.contentType || "application/pdf",
        content: file.data,
      };
    },
    close: () => billing.close(),
  };
}

/** Invoice numbers have slashes; a file's name must not lead into another folder. */
function safeName(fileName: string): string {
  return oneLine(fileName.replace(/[\\/:]/g, "-"), fileNameLengthMax).replace(/^\.+/, "");
}
