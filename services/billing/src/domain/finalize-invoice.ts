import type { Invoice, InvoiceDraft } from "./invoice.ts";
import { invoiceNumber, type NumberSeries } from "./invoice-number.ts";

/** What a draft is given when it becomes an invoice. */
export interface Finalization {
  readonly numbers: NumberSeries;
  readonly sequence: bigint;
  readonly invoiceTime: Date;
  readonly dueDays: number;
}

const DAY_MS = 24 * 3_600_000;

/** A draft with its number and dates: from here on a document that never changes. */
export function finalizeInvoice(draft: InvoiceDraft, finalization: Finalization): Invoice {
  const { numbers, sequence, invoiceTime, dueDays } = finalization;
  return {
    ...draft,
    number: invoiceNumber(numbers, sequence),
    series: numbers.series,
    financialYear: numbers.financialYear,
    sequence,
    invoiceTime,
    dueTime: new Date(invoiceTime.getTime() + dueDays * DAY_MS),
  };
}
