import type { InvoiceAlert } from "../alert.ts";
import type { Letter } from "../delivery.ts";
import type { MailContent } from "./content.ts";
import { invoiceWords } from "./invoice-words.ts";

/** To a customer: its invoice, which is attached as a PDF. */
export function invoiceFinalized({ account }: Letter, invoice: InvoiceAlert): MailContent {
  const { supplier, recipient, number, total, due, period, facts } = invoiceWords(account, invoice);
  const dueWords = due ? ` due ${due}` : "";
  const parties = recipient ? `from ${supplier} to ${recipient}` : `from ${supplier}`;
  return {
    subject: `Invoice ${number} from ${supplier}: ${total}${dueWords}`,
    preview: period ? `For ${period}. The PDF is attached.` : "The PDF is attached.",
    tone: "plain",
    sender: supplier,
    headline: `${total}${dueWords}`,
    paragraphs: [
      `Invoice ${number} ${parties} is attached as a PDF.`,
      ...(account.replyTo ? [`Questions? Answer this e-mail: it reaches ${supplier}.`] : []),
    ],
    facts,
    foot: `Sent by Tollbook on behalf of ${supplier}, whose API you use.`,
  };
}
