import type { Delivery, Letter } from "./delivery.ts";
import type { Links } from "./mail/content.ts";
import { oneLine } from "./mail/one-line.ts";
import { renderMail } from "./mail/render-mail.ts";
import { domainOf } from "./message-id.ts";

/** Who mail comes from. */
export interface Sender {
  name: string;
  address: string;
}

/** A file that travels with an e-mail. */
export interface Attachment {
  fileName: string;
  contentType: string;
  content: Uint8Array;
}

/** One e-mail to one recipient, whole but for its attachments. */
export interface Envelope {
  messageId: string;
  from: Sender;
  /** Empty if answers go nowhere. */
  replyTo: string;
  recipient: string;
  subject: string;
  text: string;
  html: string;
  /** What mailboxes sort by: one list for alerts and one for invoices, for each account. */
  list: { id: string; name: string };
}

/** The e-mail a delivery is. An invoice comes from its supplier, by way of us. */
export function envelopeOf(delivery: Delivery, from: Sender, links: Links): Envelope {
  const { letter, recipient, messageId, accountId } = delivery;
  return {
    messageId,
    from: { name: senderName(letter, from), address: from.address },
    replyTo: letter.template === "invoice-finalized" ? letter.account.replyTo : "",
    recipient,
    ...renderMail(letter, links),
    list: listOf(letter, accountId, domainOf(from.address)),
  };
}

function senderName({ template, about, account }: Letter, from: Sender): string {
  if (template !== "invoice-finalized") return from.name;
  const supplier = "supplierName" in about ? oneLine(about.supplierName) : "";
  return `${supplier || oneLine(account.name)} via ${from.name}`;
}

function listOf({ about, account }: Letter, accountId: string, domain: string) {
  const kind = about.kind === "invoice-finalized" ? "invoices" : "alerts";
  return { id: `${kind}.${accountId}.${domain}`, name: `${oneLine(account.name)} ${kind}` };
}
