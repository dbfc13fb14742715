import type { Clock, Interval } from "@tollbook/domain";
import type { Database, Logger, OutgoingEvent, Tx } from "@tollbook/service";
import type { BillingProfile } from "../domain/billing-profile.ts";
import type { BillingRun } from "../domain/billing-run.ts";
import type { Entitlement } from "../domain/entitlement.ts";
import type { Invoice, InvoiceState } from "../domain/invoice.ts";
import type { NumberSeries } from "../domain/invoice-number.ts";
import type { Page } from "../domain/page.ts";
import type { AccountRef, CustomerRef } from "../domain/party.ts";
import type { Plan, PlanTerms, PlanVersion } from "../domain/plan.ts";
import type { MeterRef } from "../domain/plan-input.ts";
import type { UsageSum } from "../domain/rate-period.ts";
import type { StoredSubscription, SubscriptionTerm } from "../domain/subscription.ts";

/** What the verbs ask of the outside. Repositories see the transaction's account only. */
export interface Needs {
  readonly database: Database;
  /** Business time. */
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long after a period's end its usage is closed. */
  readonly sealDelayMs: number;
  readonly references: References;
  readonly plans: Plans;
  readonly profiles: Profiles;
  readonly subscriptions: Subscriptions;
  readonly periods: Periods;
  readonly invoices: Invoices;
  readonly runs: Runs;
  readonly directory: Directory;
  readonly metering: Metering;
  readonly news: News;
  /** Forgets answers to requests that nobody may repeat any more. */
  readonly forgetAnswers: () => Promise<void>;
  readonly renderer: { render(invoice: Invoice): Promise<Uint8Array> };
}

/** What billing keeps of accounts and customers. Older news never overwrites newer. */
export interface References {
  account(tx: Tx): Promise<AccountRef | undefined>;
  saveAccount(tx: Tx, account: AccountRef): Promise<void>;
  customer(tx: Tx, customerId: string): Promise<CustomerRef | undefined>;
  /** The same, locked until the transaction ends: one subscription of a customer at a time. */
  customerForChange(tx: Tx, customerId: string): Promise<CustomerRef | undefined>;
  customers(tx: Tx, customerIds: readonly string[]): Promise<CustomerRef[]>;
  saveCustomer(tx: Tx, customer: CustomerRef): Promise<void>;
}

export interface Plans {
  /** Unknown: PLAN_NOT_FOUND. */
  get(tx: Tx, planId: string): Promise<Plan>;
  /** The same, locked until the transaction ends. */
  getForChange(tx: Tx, planId: string): Promise<Plan>;
  /** Unknown: PLAN_VERSION_NOT_FOUND. */
  version(tx: Tx, planId: string, version: number): Promise<PlanVersion>;
  /** Versions by id and number, those that exist. */
  versions(tx: Tx, wanted: readonly PlanVersionName[]): Promise<PlanVersion[]>;
  /** One more than the page holds, newest first. */
  list(tx: Tx, page: Page, includeArchived: boolean): Promise<Plan[]>;
  add(tx: Tx, planId: string, createTime: Date): Promise<void>;
  /** Ids of a plan's charges and limits by name, over all its versions. */
  itemIds(tx: Tx, planId: string): Promise<PlanItem[]>;
  addItems(tx: Tx, planId: string, items: readonly PlanItem[]): Promise<void>;
  saveDraft(tx: Tx, planId: string, terms: PlanTerms, createTime: Date): Promise<void>;
  /** Stores a version, removes the draft, and makes the version the newest. */
  publish(tx: Tx, version: PlanVersion): Promise<void>;
  archive(tx: Tx, planId: string, archiveTime: Date): Promise<void>;
}

export interface PlanVersionName {
  readonly planId: string;
  readonly planVersion: number;
}

export interface PlanItem {
  readonly kind: "charge" | "limit";
  readonly name: string;
  readonly itemId: string;
}

export interface Profiles {
  get(tx: Tx): Promise<BillingProfile | undefined>;
  save(tx: Tx, profile: BillingProfile): Promise<void>;
}

export interface Subscriptions {
  add(tx: Tx, subscription: StoredSubscription): Promise<void>;
  /** Unknown: SUBSCRIPTION_NOT_FOUND. */
  get(tx: Tx, subscriptionId: string): Promise<StoredSubscription>;
  /** The same, locked until the transaction ends. */
  getForChange(tx: Tx, subscriptionId: string): Promise<StoredSubscription>;
  some(tx: Tx, subscriptionIds: readonly string[]): Promise<StoredSubscription[]>;
  ofCustomers(tx: Tx, customerIds: readonly string[]): Promise<StoredSubscription[]>;
  /** One more than the page holds, newest first; of all customers if `customerId` is empty. */
  list(tx: Tx, page: Page, customerId: string): Promise<StoredSubscription[]>;
  /** Everything that may change but the terms, which are only ever added. */
  save(tx: Tx, subscriptions: readonly StoredSubscription[]): Promise<void>;
  addTerm(tx: Tx, subscriptionId: string, term: SubscriptionTerm, decideTime: Date): Promise<void>;
  /** Subscriptions whose running period is over, locked; those others hold are left to them. */
  dueForTurn(tx: Tx, now: Date, limit: number): Promise<StoredSubscription[]>;
  /** Accounts that have such. Across accounts. */
  accountsDueForTurn(now: Date, limit: number): Promise<string[]>;
}

/** The periods of subscriptions, one row each: what is to bill, and what was billed. */
export interface Periods {
  add(tx: Tx, periods: readonly PeriodToBill[]): Promise<void>;
  /** Cuts or lengthens a period that is not billed yet. */
  moveEnd(tx: Tx, subscriptionId: string, startTime: Date, endTime: Date): Promise<void>;
  /** How many periods that ended by then are not billed. */
  countDue(tx: Tx, endedBy: Date): Promise<number>;
  /** Takes some of them for a while: nobody else is given them meanwhile. */
  claimDue(tx: Tx, claim: Claim): Promise<PeriodToBill[]>;
  /** Gives claimed ones back, to be tried again later. */
  holdBack(tx: Tx, periods: readonly PeriodToBill[]): Promise<void>;
  /** Those of some periods that are still not billed, locked until the transaction ends. */
  lockUnbilled(tx: Tx, periods: readonly PeriodToBill[]): Promise<PeriodToBill[]>;
  markBilled(tx: Tx, periods: readonly BilledPeriod[], billTime: Date): Promise<void>;
  /** Accounts that have periods to claim. Across accounts. */
  accountsDue(endedBy: Date, limit: number): Promise<string[]>;
}

export interface Claim {
  readonly endedBy: Date;
  readonly limit: number;
  readonly holdMs: number;
}

export interface PeriodToBill extends Interval {
  readonly subscriptionId: string;
  readonly customerId: string;
}

export interface BilledPeriod extends PeriodToBill {
  readonly sealNumber: number;
  readonly usageSha256: Uint8Array;
  /** Undefined if nothing was owed. */
  readonly invoiceId: string | undefined;
}

export interface Invoices {
  /**
   * Locks the series and takes a block of numbers: the first of them, and the date the block may
   * bear at the earliest. What is rolled back is taken again by the next.
   */
  takeNumbers(tx: Tx, block: NumberBlock): Promise<TakenNumbers>;
  /** Stores drafts, gives each its number, and tells of it in its events: all final. */
  addFinalized(tx: Tx, invoices: readonly Invoice[]): Promise<void>;
  /** Unknown: INVOICE_NOT_FOUND. */
  get(tx: Tx, invoiceId: string): Promise<StoredInvoice>;
  /** One more than the page holds, newest first, without lines. */
  list(tx: Tx, page: Page, customerId: string): Promise<StoredInvoice[]>;
}

export interface NumberBlock extends NumberSeries {
  readonly count: number;
  readonly invoiceTime: Date;
}

export interface TakenNumbers {
  readonly first: bigint;
  readonly invoiceTime: Date;
}

export interface StoredInvoice extends Invoice {
  readonly state: InvoiceState;
  readonly documentSha256: Uint8Array;
}

export interface Runs {
  /** The run under way, or a new one if there is none. */
  open(tx: Tx, periodsTotal: number, startTime: Date): Promise<BillingRun>;
  progress(tx: Tx, billingRunId: string, periodsDone: number, invoices: number): Promise<void>;
  incomplete(tx: Tx, billingRunId: string, problem: string): Promise<void>;
  done(tx: Tx, billingRunId: string, endTime: Date): Promise<void>;
  /** Unknown: BILLING_RUN_NOT_FOUND. */
  get(tx: Tx, billingRunId: string): Promise<BillingRun>;
  list(tx: Tx, page: Page): Promise<BillingRun[]>;
}

/** Auth, for customers not heard of yet, and for news that NATS has not brought. */
export interface Directory {
  /** Those that exist of some customers. */
  customers(accountId: string, customerIds: readonly string[]): Promise<CustomerRef[]>;
  /** Hears what auth has told and we have not heard. */
  catchUp(): Promise<void>;
}

/** Metering, which counts. Answers "unavailable" when it is away. */
export interface Metering {
  /** Closes periods, and sums their usage between the splits. In the order asked. */
  seal(accountId: string, periods: readonly PeriodToSeal[]): Promise<SealedPeriod[]>;
  /** Meters that are not archived, the default one among them. */
  meters(accountId: string): Promise<MeterRef[]>;
  /** What a meter counted of a customer in a span that is not closed yet. */
  unitsSoFar(
    accountId: string,
    asked: { readonly customerId: string; readonly meterId: string; readonly span: Interval },
  ): Promise<bigint>;
}

export interface PeriodToSeal extends PeriodToBill {
  readonly splitTimes: readonly Date[];
}

export interface SealedPeriod {
  readonly sealNumber: number;
  readonly usageSha256: Uint8Array;
  readonly usage: readonly UsageSum[];
}

/** The facts this service tells. */
export interface News {
  entitlementsChanged(accountId: string, entitlement: Entitlement): OutgoingEvent;
  invoiceFinalized(accountId: string, invoice: Invoice): OutgoingEvent;
}
