import type { InvoiceAlert } from "../alert.ts";
import type { Letter } from "../delivery.ts";
import type { Links, MailContent } from "./content.ts";
import { invoiceWords } from "./invoice-words.ts";
import { oneLine } from "./one-line.ts";

/** To an owner: an invoice that could not be mailed, since the customer has no usable address. */
export function invoiceUndeliverable(
  letter: Letter,
  invoice: InvoiceAlert,
  links: Links,
): MailContent {
  const { number, total, due, facts } = invoiceWords(letter.account, invoice);
  const customer = oneLine(letter.customerName) || oneLine(invoice.recipientName) || "a customer";
  const account = oneLine(letter.account.name);
  return {
    subject: `Invoice ${number} for ${customer} was not mailed: it has no usable e-mail address`,
    preview: `${total}${due ? `, due ${due}` : ""}. The PDF is attached.`,
    tone: "attention",
    sender: account,
    headline: `Invoice ${number} did not reach ${customer}`,
    paragraphs: [
      `${customer} has no e-mail address that invoices can be sent to. The invoice is attached; ` +
        "it counts as issued.",
      `Forward it, or give ${customer} a billing e-mail address and resend the delivery.`,
    ],
    facts,
    action: { label: `Open ${account} in Tollbook`, url: `${links.publicUrl}/` },
    foot: `You get this because you own ${account} on Tollbook.`,
  };
}
