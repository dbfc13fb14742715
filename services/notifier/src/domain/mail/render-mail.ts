import type { Letter } from "../delivery.ts";
import { asHtml } from "./as-html.ts";
import { asText } from "./as-text.ts";
import type { Links, Mail, MailContent } from "./content.ts";
import { invoiceFinalized } from "./invoice-finalized.ts";
import { invoiceUndeliverable } from "./invoice-undeliverable.ts";
import { oneLine } from "./one-line.ts";
import { quotaExhausted } from "./quota-exhausted.ts";
import { quotaThreshold } from "./quota-threshold.ts";

/** The e-mail a letter becomes: the same bytes each time. */
export function renderMail(letter: Letter, links: Links): Mail {
  const content = contentOf(letter, links);
  return { subject: content.subject, text: asText(content), html: asHtml(content) };
}

/** The subject line alone, as ListDeliveries shows it. */
export function subjectOf(letter: Letter): string {
  return contentOf(letter, { publicUrl: "" }).subject;
}

/** Its parts are bounded one by one; no sum of them comes near this. */
const subjectLengthMax = 400;

function contentOf(letter: Letter, links: Links): MailContent {
  const content = templateOf(letter, links);
  const { subject, sender } = content;
  return { ...content, subject: oneLine(subject, subjectLengthMax), sender: oneLine(sender) };
}

function templateOf(letter: Letter, links: Links): MailContent {
  const { template, about } = letter;
  if (about.kind === "invoice-finalized") {
    return template === "invoice-undeliverable"
      ? invoiceUndeliverable(letter, about, links)
      : invoiceFinalized(letter, about);
  }
  return about.kind === "quota-exhausted"
    ? quotaExhausted(letter, about, links)
    : quotaThreshold(letter, about, links);
}
