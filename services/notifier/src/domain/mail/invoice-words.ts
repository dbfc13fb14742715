import type { InvoiceAlert } from "../alert.ts";
import type { LetterAccount } from "../delivery.ts";
import type { Fact } from "./content.ts";
import { day, days } from "./dates.ts";
import { amount } from "./figures.ts";
import { oneLine } from "./one-line.ts";

/** What both e-mails about an invoice speak of, ready to be put into sentences. */
export interface InvoiceWords {
  supplier: string;
  recipient: string;
  number: string;
  /** ₹20.00 */
  total: string;
  /** 15 January 2027; absent if it has no due date. */
  due?: string;
  /** 1 to 30 November 2026; absent if it is for no period. */
  period?: string;
  facts: readonly Fact[];
}

/** Words for an invoice alert, in the account's own zone. */
export function invoiceWords(account: LetterAccount, invoice: InvoiceAlert): InvoiceWords {
  const { timeZone } = account;
  const { periodStartTime: start, periodEndTime: end, dueTime } = invoice;
  const words = {
    supplier: oneLine(invoice.supplierName) || oneLine(account.name),
    recipient: oneLine(invoice.recipientName),
    number: oneLine(invoice.number),
    total: amount(invoice.currency, invoice.total),
    ...(dueTime && { due: day(new Date(dueTime), timeZone) }),
    ...(start && end && { period: days(new Date(start), new Date(end), timeZone) }),
  };
  return { ...words, facts: factsOf(words) };
}

function factsOf(words: Omit<InvoiceWords, "facts">): Fact[] {
  const facts: (readonly [string, string | undefined])[] = [
    ["Invoice", words.number],
    ["From", words.supplier],
    ["To", words.recipient],
    ["For", words.period],
    ["Total", words.total],
    ["Due", words.due],
  ];
  return facts.filter((fact): fact is Fact => Boolean(fact[1]));
}
