import { Big, decimalText, type Window } from "@tollbook/domain";
import type { Charge, PlanLimit, PlanTerms } from "../domain/plan.ts";
import type { Price } from "../domain/price/price.ts";
import type { Tier } from "../domain/price/tiers.ts";

/** A plan's terms as stored: decimals and large counts as text, so that none loses a digit. */
export interface TermsDocument {
  name: string;
  currency: string;
  charges: ChargeDocument[];
  limits: LimitDocument[];
}

interface ChargeDocument {
  chargeId: string;
  name: string;
  meterId: string;
  includedUnits: string;
  sac: string;
  price: PriceDocument;
}

interface LimitDocument {
  limitId: string;
  name: string;
  meterId: string;
  window?: Window | undefined;
  quota: string;
  enforcement: "hard" | "soft";
  failureMode: "default" | "closed" | "open";
  openBudgetCalls: string;
  headroomPercent: number;
  /** Absent in limits of before there were rates. */
  rate?: { perSecondMilli: string; perMinute: string; burst: string } | undefined;
}

type PriceDocument =
  | { model: "per-unit"; unitAmount: string }
  | { model: "package"; packageUnits: string; packageAmount: string; roundUp: boolean }
  | { model: "graduated"; tiers: TierDocument[] }
  | { model: "flat"; amount: string };

interface TierDocument {
  upTo: string | null;
  unitAmount: string;
  flatAmount: string;
}

export function toTermsDocument({ name, currency, charges, limits }: PlanTerms): TermsDocument {
  return {
    name,
    currency,
    charges: charges.map((charge) => ({
      ...charge,
      includedUnits: charge.includedUnits.toString(),
      price: toPriceDocument(charge.price),
    })),
    limits: limits.map(toLimitDocument),
  };
}

function toLimitDocument(limit: PlanLimit): LimitDocument {
  const { ratePerSecondMilli, ratePerMinute, burst, quota, openBudgetCalls, ...words } = limit;
  const rate = {
    perSecondMilli: ratePerSecondMilli.toString(),
    perMinute: ratePerMinute.toString(),
    burst: burst.toString(),
  };
  return { ...words, quota: quota.toString(), openBudgetCalls: openBudgetCalls.toString(), rate };
}

/** What was stored was parsed before: it is trusted. */
export function fromTermsDocument(document: TermsDocument): PlanTerms {
  return {
    name: document.name,
    currency: document.currency,
    charges: document.charges.map(fromChargeDocument),
    limits: document.limits.map(fromLimitDocument),
  };
}

function fromChargeDocument(charge: ChargeDocument): Charge {
  const price = fromPriceDocument(charge.price);
  return { ...charge, includedUnits: BigInt(charge.includedUnits), price };
}

function fromLimitDocument(limit: LimitDocument): PlanLimit {
  const { quota, openBudgetCalls, window, rate, ...words } = limit;
  return {
    ...words,
    window,
    quota: BigInt(quota),
    openBudgetCalls: BigInt(openBudgetCalls),
    ratePerSecondMilli: BigInt(rate?.perSecondMilli ?? 0),
    ratePerMinute: BigInt(rate?.perMinute ?? 0),
    burst: BigInt(rate?.burst ?? 0),
  };
}

function toPriceDocument(price: Price): PriceDocument {
  switch (price.model) {
    case "per-unit":
      return { model: price.model, unitAmount: decimalText(price.unitAmount) };
    case "package": {
      const { model, packageUnits, packageAmount, roundUp } = price;
      const packageText = decimalText(packageAmount);
      return { model, packageUnits: packageUnits.toString(), packageAmount: packageText, roundUp };
    }
    case "graduated":
      return { model: price.model, tiers: price.tiers.map(toTierDocument) };
    case "flat":
      return { model: price.model, amount: decimalText(price.amount) };
  }
}

function fromPriceDocument(price: PriceDocument): Price {
  switch (price.model) {
    case "per-unit":
      return { model: price.model, unitAmount: new Big(price.unitAmount) };
    case "package": {
      const { model, packageUnits, packageAmount, roundUp } = price;
      const amount = new Big(packageAmount);
      return { model, packageUnits: BigInt(packageUnits), packageAmount: amount, roundUp };
    }
    case "graduated":
      return { model: price.model, tiers: price.tiers.map(fromTierDocument) };
    case "flat":
      return { model: price.model, amount: new Big(price.amount) };
  }
}

function toTierDocument({ upTo, unitAmount, flatAmount }: Tier): TierDocument {
  return {
    upTo: upTo === null ? null : upTo.toString(),
    unitAmount: decimalText(unitAmount),
    flatAmount: decimalText(flatAmount),
  };
}

function fromTierDocument({ upTo, unitAmount, flatAmount }: TierDocument): Tier {
  return {
    upTo: upTo === null ? null : BigInt(upTo),
    unitAmount: new Big(unitAmount),
    flatAmount: new Big(flatAmount),
  };
}
