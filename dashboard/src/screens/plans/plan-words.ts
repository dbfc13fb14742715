import type { Charge, Plan, PlanLimit } from "../../api/shapes.ts";
import { formatPrice } from "../../format/money.ts";
import { formatCount } from "../../format/number.ts";

/** A plan in one line: "₹1.00 per 1,000 calls; 1,000 calls a month, then refused". */
export function planSentence(plan: Plan): string {
  return [...priceWords(plan), ...limitWords(plan)].join("; ");
}

/** What each charge costs; "Free" if there is none. */
export function priceWords({ charges, currency }: Plan): string[] {
  if (charges.length === 0) return ["Free"];
  return charges.map((charge) => chargeWords(charge, currency));
}

/** What is allowed, and what becomes of more. */
export function limitWords({ limits }: Plan): string[] {
  return limits.map(limitSentence);
}

function chargeWords(charge: Charge, currency: string): string {
  const included =
    charge.includedUnits === "0" ? "" : `, ${formatCount(charge.includedUnits)} included`;
  if (charge.package) {
    const { packageUnits, packageAmount } = charge.package;
    const units = packageUnits === "1" ? "call" : `${formatCount(packageUnits)} calls`;
    return `${formatPrice(packageAmount, currency)} per ${units}${included}`;
  }
  if (charge.perUnit) {
    return `${formatPrice(charge.perUnit.unitAmount, currency)} per call${included}`;
  }
  if (charge.flat) return `${formatPrice(charge.flat.amount, currency)} a month`;
  return `${charge.name}: a price the dashboard cannot show yet`;
}

const spans: Readonly<Record<string, string>> = {
  WINDOW_MINUTE: "a minute",
  WINDOW_HOUR: "an hour",
  WINDOW_DAY: "a day",
  WINDOW_MONTH: "a month",
  WINDOW_PERIOD: "a billing period",
  WINDOW_TOTAL: "in all",
};

function limitSentence({ window, quota, enforcement }: PlanLimit): string {
  const then = enforcement === "ENFORCEMENT_HARD" ? "then refused" : "then charged";
  return `${formatCount(quota)} calls ${spans[window] ?? ""}, ${then}`;
}
