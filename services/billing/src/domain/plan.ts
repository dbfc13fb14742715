import type { RateWords, Window } from "@tollbook/domain";
import type { Price } from "./price/price.ts";

/** What a plan costs and allows; the content of a draft or of a published version. */
export interface PlanTerms {
  readonly name: string;
  /** ISO 4217. */
  readonly currency: string;
  readonly charges: readonly Charge[];
  readonly limits: readonly PlanLimit[];
}

/** One thing a plan charges for. */
export interface Charge {
  /** Kept from version to version by name. */
  readonly chargeId: string;
  readonly name: string;
  /** The meter whose units it prices; the account's id for calls; empty for a flat fee. */
  readonly meterId: string;
  /** Units of a whole period that cost nothing. */
  readonly includedUnits: bigint;
  /** India: service accounting code; empty for the billing profile's. */
  readonly sac: string;
  readonly price: Price;
}

/** One quota or rate a plan sets. */
export interface PlanLimit extends RateWords {
  /** Kept from version to version by name. */
  readonly limitId: string;
  readonly name: string;
  /** The meter it counts; the account's id for calls. */
  readonly meterId: string;
  /** Undefined for a rate. */
  readonly window: Window | undefined;
  readonly quota: bigint;
  readonly enforcement: "hard" | "soft";
  /** What gates do when metering cannot be reached; `default` is the account's choice. */
  readonly failureMode: "default" | "closed" | "open";
  readonly openBudgetCalls: bigint;
  /** A hard quota refuses only at its units × (100 + this) ÷ 100. */
  readonly headroomPercent: number;
}

/** Terms that were published under a number, and never change. */
export interface PlanVersion {
  readonly planId: string;
  /** From 1. */
  readonly version: number;
  readonly terms: PlanTerms;
  readonly createTime: Date;
  readonly publishTime: Date;
}

/** A plan: its newest published version, and the draft of the next, if there are any. */
export interface Plan {
  readonly planId: string;
  readonly newest: PlanVersion | undefined;
  readonly draft: { readonly terms: PlanTerms; readonly createTime: Date } | undefined;
  readonly archiveTime: Date | undefined;
}
