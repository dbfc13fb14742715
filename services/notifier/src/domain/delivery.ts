import type { AlertKind, InvoiceAlert, QuotaAlert } from "./alert.ts";

/** How far a delivery is. */
export type DeliveryState = "pending" | "sent" | "failed";

/** Which e-mail it is: one for each kind of alert, and one for an invoice with no address. */
export type Template = AlertKind | "invoice-undeliverable";

/**
 * Everything an e-mail says, as it was when the alert was addressed: sent again next week, it says
 * the same. Plain JSON.
 */
export interface Letter {
  template: Template;
  account: LetterAccount;
  customerName: string;
  /** The account's own name for the customer; empty if it is not known here. */
  customerExternalId: string;
  /** When it happened, in business time: an e-mail may be late. ISO 8601. */
  occurredTime: string;
  about: QuotaAlert | InvoiceAlert;
}

/** Whose alert it is. */
export interface LetterAccount {
  name: string;
  timeZone: string;
  currency: string;
  /** Where an answer of the customer goes; empty if nobody is known. */
  replyTo: string;
}

/** A delivery before it has a row. */
export interface NewDelivery {
  /** Empty if nobody can be reached; `refusal` then says why. */
  recipient: string;
  letter: Letter;
  /** Why it cannot be sent at all; absent if it can. */
  refusal?: string;
}

/** One message to one recipient. */
export interface Delivery {
  accountId: string;
  deliveryId: string;
  eventId: string;
  /** Empty if nobody can be reached. */
  recipient: string;
  customerId: string;
  subject: string;
  letter: Letter;
  /** The same in each try. */
  messageId: string;
  state: DeliveryState;
  attempts: number;
  /** What the other side said last, or why it was given up. */
  lastAnswer: string;
  /** Business time. */
  createTime: Date;
  /** Business time; absent until the other side has taken it. */
  sentTime?: Date;
}
