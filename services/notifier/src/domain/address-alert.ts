import type { Alert, InvoiceAlert } from "./alert.ts";
import type { Letter, NewDelivery } from "./delivery.ts";
import { isMailable } from "./email-address.ts";
import type { AccountReference, CustomerReference } from "./references.ts";

/** What is known of the people an alert concerns. */
export interface Known {
  account?: AccountReference | undefined;
  customer?: CustomerReference | undefined;
}

/** The deliveries an alert becomes, or whom we must hear of first. */
export type Addressed =
  | { deliveries: readonly NewDelivery[] }
  | { missing: "account" | "customer" };

/** Owners told of one alert; an account with more has a mailing list to give us. */
const ownersToldMax = 50;

const noBillingAddress =
  "The customer has no e-mail address for invoices. Give it one, then resend this delivery.";
const unusableAddress =
  "The customer's address for invoices is no e-mail address. Correct it, then resend this delivery.";
const noOwnerAddress = "The account has no owner with an e-mail address.";

/** Decides who is told what: limits go to the account's owners, invoices to the customer. */
export function addressAlert(alert: Alert, { account, customer }: Known): Addressed {
  const { about } = alert;
  if (!account) return { missing: "account" };
  if (about.kind === "invoice-finalized") {
    return { deliveries: addressInvoice({ ...alert, about }, account, customer) };
  }
  if (!customer) return { missing: "customer" };
  const letter = letterOf(alert, account, customer);
  return { deliveries: toOwners(letter, account) };
}

/** Where an invoice goes: as billing saw it when it was finalized, else as auth knows it now. */
export function invoiceRecipient(
  invoice: InvoiceAlert,
  customer: CustomerReference | undefined,
): string {
  return invoice.recipientEmail || customer?.billingEmail || customer?.email || "";
}

/** Why no invoice can be mailed to this address; undefined if it can. */
export function invoiceRefusal(recipient: string): string | undefined {
  if (recipient === "") return noBillingAddress;
  return isMailable(recipient) ? undefined : unusableAddress;
}

function addressInvoice(
  alert: Alert & { about: InvoiceAlert },
  account: AccountReference,
  customer: CustomerReference | undefined,
): NewDelivery[] {
  const recipient = invoiceRecipient(alert.about, customer);
  const refusal = invoiceRefusal(recipient);
  const letter = letterOf(alert, account, customer);
  if (refusal === undefined) return [{ recipient, letter }];
  const undeliverable = { ...letter, template: "invoice-undeliverable" } as const;
  // The failed delivery keeps no recipient: an owner resends it once there is one.
  return [{ recipient: "", letter, refusal }, ...reachable(undeliverable, account)];
}

function toOwners(letter: Letter, account: AccountReference): NewDelivery[] {
  const deliveries = reachable(letter, account);
  if (deliveries.length > 0) return deliveries;
  return [{ recipient: "", letter, refusal: noOwnerAddress }];
}

function reachable(letter: Letter, account: AccountReference): NewDelivery[] {
  return mailableOwners(account).map((recipient) => ({ recipient, letter }));
}

/** The owners mail can be sent to, each once. */
export function mailableOwners({ ownerEmails }: AccountReference): string[] {
  return [...new Set(ownerEmails)].filter(isMailable).slice(0, ownersToldMax);
}

function letterOf(
  { about, occurredTime }: Alert,
  account: AccountReference,
  customer: CustomerReference | undefined,
): Letter {
  const { name, timeZone, currency } = account;
  const fallbackName = "recipientName" in about ? about.recipientName : "";
  return {
    template: about.kind,
    account: { name, timeZone, currency, replyTo: mailableOwners(account)[0] ?? "" },
    customerName: customer?.name ?? fallbackName,
    customerExternalId: customer?.externalId ?? "",
    occurredTime: occurredTime.toISOString(),
    about,
  };
}
