import { isCurrency, Violations } from "@tollbook/domain";
import { parseCharges } from "./parse-charge.ts";
import { parseLimits } from "./parse-limit.ts";
import { parseName } from "./parse-name.ts";
import type { PlanTerms } from "./plan.ts";
import type { PlanContext, PlanInput } from "./plan-input.ts";

/** Names stand on invoices: one line of an A4 page. */
const NAME_LENGTH_MAX = 100;

/**
 * A plan's terms from what was written down. Throws one "invalid" DomainError that names
 * everything wrong with it, each fault under the field's path in the contract.
 */
export function parsePlan(input: PlanInput, context: PlanContext): PlanTerms {
  const faults = new Violations();
  const name = parseName(input.name, "plan.name", NAME_LENGTH_MAX, faults);
  const currency = input.currency === "" ? context.currency : input.currency;
  if (!isCurrency(currency)) {
    const sentence = "Write a three-letter ISO 4217 code such as INR.";
    faults.add("plan.currency", "CURRENCY_UNKNOWN", sentence);
  }
  refuseUnoffered(input, faults);
  const charges = parseCharges(input.charges, context, faults);
  const limits = parseLimits(input.limits, context, faults);
  faults.throwIfAny();
  return { name, currency, charges, limits };
}

/** What the contract has room for and nobody computes yet: said, never silently left out. */
function refuseUnoffered(input: PlanInput, faults: Violations): void {
  const refuse = (field: string, what: string) => {
    faults.add(`plan.${field}`, "NOT_OFFERED", `${what} not offered yet; leave this empty.`);
  };
  if (input.interval !== "monthly") refuse("interval", "Quarterly and yearly plans are");
  if (input.taxInclusive) refuse("tax_inclusive", "Prices that include tax are");
  if (input.trialDays > 0) refuse("trial_days", "Trials are");
  if (input.minimumAmount !== "") refuse("minimum_amount", "Minimum amounts are");
  if (input.maximumAmount !== "") refuse("maximum_amount", "Maximum amounts are");
}
