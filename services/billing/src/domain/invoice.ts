import { type Big, type Interval, ZERO } from "@tollbook/domain";
import type { BillingProfile } from "./billing-profile.ts";
import type { Party } from "./party.ts";
import { type RatedLine, sumOf } from "./rate-period.ts";

/** One line of an invoice. */
export interface InvoiceLine {
  /** From 1. */
  readonly lineNumber: number;
  readonly description: string;
  readonly subscriptionId: string;
  readonly chargeId: string;
  readonly planId: string;
  readonly planVersion: number;
  /** The meter whose units it charges for; empty for a flat fee. */
  readonly meterId: string;
  readonly quantity: Big;
  readonly unit: string;
  readonly amount: Big;
  readonly arithmetic: readonly string[];
  readonly sac: string;
  readonly startTime: Date;
  readonly endTime: Date;
}

/** What is owed for a period, before it has a number. */
export interface InvoiceDraft {
  readonly invoiceId: string;
  readonly customerId: string;
  readonly currency: string;
  /** The zone its dates are written in. */
  readonly timeZone: string;
  readonly period: Interval;
  readonly supplier: Party;
  readonly recipient: Party;
  readonly lines: readonly InvoiceLine[];
  readonly subtotal: Big;
  readonly taxTotal: Big;
  readonly roundOff: Big;
  readonly total: Big;
  readonly footer: string;
}

/** An invoice with its number. Nothing in it ever changes. */
export interface Invoice extends InvoiceDraft {
  readonly number: string;
  readonly series: string;
  readonly financialYear: string;
  readonly sequence: bigint;
  /** Its date. */
  readonly invoiceTime: Date;
  readonly dueTime: Date;
}

export type InvoiceState = "draft" | "finalized" | "paid" | "void" | "uncollectible";

export interface InvoiceContent {
  readonly invoiceId: string;
  readonly customerId: string;
  readonly subscriptionId: string;
  readonly currency: string;
  readonly timeZone: string;
  readonly period: Interval;
  readonly recipient: Party;
  readonly profile: BillingProfile;
  readonly rated: readonly RatedLine[];
}

/** The draft of a period's invoice. An account without a GSTIN charges no tax (india.md 4). */
export function draftInvoice(content: InvoiceContent): InvoiceDraft {
  const { profile, rated, subscriptionId, ...rest } = content;
  const lines = rated.map((line, index) => lineOf(line, index, subscriptionId, profile));
  const subtotal = sumOf(lines, ZERO);
  return {
    ...rest,
    supplier: profile.supplier,
    lines,
    subtotal,
    taxTotal: ZERO,
    roundOff: ZERO,
    total: subtotal,
    footer: profile.footer,
  };
}

/** Nothing owed, no invoice. */
export function isOwed({ total }: InvoiceDraft): boolean {
  return total.gt(ZERO);
}

function lineOf(
  rated: RatedLine,
  index: number,
  subscriptionId: string,
  profile: BillingProfile,
): InvoiceLine {
  const { charge, stretch, quantity, unit, amount, arithmetic } = rated;
  return {
    lineNumber: index + 1,
    description: charge.name,
    subscriptionId,
    chargeId: charge.chargeId,
    planId: stretch.planId,
    planVersion: stretch.planVersion,
    meterId: charge.meterId,
    quantity,
    unit,
    amount,
    arithmetic,
    sac: charge.sac || profile.sac,
    startTime: stretch.start,
    endTime: stretch.end,
  };
}
