import type { Clock } from "@tollbook/domain";
import type { Database, Logger, Tx } from "@tollbook/service";
import type { Alert, AlertKind } from "../domain/alert.ts";
import type { Delivery } from "../domain/delivery.ts";
import type { Attachment, Envelope, Sender } from "../domain/envelope.ts";
import type { Links } from "../domain/mail/content.ts";
import type { SendOutcome, Settled } from "../domain/outcome.ts";
import type { Page } from "../domain/page.ts";
import type { AccountReference, CustomerReference } from "../domain/references.ts";

/** What the verbs ask of the outside. Repositories see the transaction's account only. */
export interface Needs {
  database: Database;
  /** Business time. */
  clock: Clock;
  logger: Logger;
  references: References;
  waiting: WaitingAlerts;
  deliveries: Deliveries;
  queue: DeliveryQueue;
  directory: Directory;
  invoices: InvoiceFiles;
  mailer: Mailer;
  links: Links;
  /** The address all mail comes from: its domain vouches for every Message-ID. */
  mailFrom: Sender;
}

export interface References {
  account(tx: Tx): Promise<AccountReference | undefined>;
  customer(tx: Tx, customerId: string): Promise<CustomerReference | undefined>;
  /** Keeps it, unless newer news is there. */
  saveAccount(tx: Tx, account: AccountReference): Promise<void>;
  /** Keeps it, unless newer news is there. */
  saveCustomer(tx: Tx, customer: CustomerReference): Promise<void>;
}

/** Alerts that wait to hear of their account or customer. */
export interface WaitingAlerts {
  add(tx: Tx, alert: Alert): Promise<void>;
  /** Those due, of all accounts, as worker; each is due again after a pause. */
  claimDue(): Promise<Alert[]>;
  /** Takes one out; false if another has. */
  take(tx: Tx, eventId: string, kind: AlertKind): Promise<boolean>;
  /** All of the account are due at once: somebody was heard of. */
  wake(tx: Tx): Promise<void>;
  /** Drops those that have waited past all hope, as worker, and answers them. */
  dropHopeless(): Promise<Alert[]>;
}

export interface Deliveries {
  /** Adds what is not there yet, and wakes the sender. Answers those added. */
  add(tx: Tx, deliveries: readonly Delivery[]): Promise<Delivery[]>;
  /** Unknown: DELIVERY_NOT_FOUND. */
  get(tx: Tx, deliveryId: string): Promise<Delivery>;
  /** The same, locked until the transaction ends. */
  getForChange(tx: Tx, deliveryId: string): Promise<Delivery>;
  /** One more than the page holds, newest first; of all customers if `customerId` is empty. */
  list(tx: Tx, page: Page, customerId: string): Promise<Delivery[]>;
  /** Puts it into the queue anew, to this recipient, and wakes the sender. */
  requeue(tx: Tx, deliveryId: string, recipient: string): Promise<void>;
}

/** The sender's side of deliveries: claims across accounts, settles within one. */
export interface DeliveryQueue {
  /** Claims due deliveries, as worker: for `leaseMs` nobody else takes them. */
  claim(limit: number, leaseMs: number): Promise<Claimed[]>;
  /** Holds on to claims whose attempts are still under way, as worker. */
  renew(claimIds: readonly string[], leaseMs: number): Promise<void>;
  /** Settles a claim; false if it is no longer ours, unless it is sent, which is so in any case. */
  settle(tx: Tx, claimed: Claimed, settled: Settled): Promise<boolean>;
  /** Has `onWork` called when there may be something due. Returns what ends that. */
  onWork(listener: () => void): Promise<() => Promise<void>>;
  /** Deletes a bounded batch past its time, as worker. Answers whether more may wait. */
  trim(): Promise<boolean>;
}

/** A delivery that is this process's to send, for now. */
export interface Claimed {
  claimId: string;
  delivery: Delivery;
  /** Elapsed time since it was put into the queue. */
  waitedMs: number;
}

/** Who customers are, for when an alert was quicker than the news of its customer. */
export interface Directory {
  /** Undefined if auth has no such customer in this account. */
  customer(accountId: string, customerId: string): Promise<CustomerReference | undefined>;
}

export interface InvoiceFiles {
  /** The invoice's PDF. Throws DomainError; "not-found" if billing has no such invoice. */
  pdf(accountId: string, invoiceId: string): Promise<Attachment>;
}

export interface Mailer {
  /** Hands one e-mail to the mail server. Never throws. */
  send(envelope: Envelope, attachments: readonly Attachment[]): Promise<SendOutcome>;
  /** False while the mail server is known to be away: there is no use in claiming more. */
  readonly available: boolean;
  /** Throws what is wrong with the mail server or its settings. */
  verify(): Promise<void>;
  close(): void;
}
