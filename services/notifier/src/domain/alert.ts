import type { Window } from "@tollbook/domain";

/** What an alert is about. */
export type AlertKind = QuotaAlert["kind"] | InvoiceAlert["kind"];

/** Something that happened and that somebody must hear about. */
export interface Alert {
  accountId: string;
  /** The event that told it; with the kind, the alert's identity. */
  eventId: string;
  /** Business time at which it happened. */
  occurredTime: Date;
  about: QuotaAlert | InvoiceAlert;
}

/**
 * A customer neared a limit or used it up. Kept as JSON, so whole numbers are decimal text and
 * times are ISO 8601.
 */
export interface QuotaAlert {
  kind: "quota-threshold" | "quota-exhausted";
  customerId: string;
  /** The limit's name, such as "monthly calls". */
  limitName: string;
  used: string;
  limit: string;
  /** The percentage that was crossed; 100 when it is used up. */
  percent: number;
  window: Window;
  /** Absent for a total. */
  windowStartTime?: string;
  /** Absent for a total. */
  resetTime?: string;
  /** Hard: further calls are refused. Soft: they are let through and charged. */
  enforcement: "hard" | "soft";
}

/** An invoice took its number. Kept as JSON, as a QuotaAlert is. */
export interface InvoiceAlert {
  kind: "invoice-finalized";
  customerId: string;
  invoiceId: string;
  number: string;
  supplierName: string;
  recipientName: string;
  /** Empty if billing knows no address. */
  recipientEmail: string;
  currency: string;
  /** Decimal text in the currency's major unit. */
  total: string;
  periodStartTime?: string;
  /** Not included. */
  periodEndTime?: string;
  dueTime?: string;
}
