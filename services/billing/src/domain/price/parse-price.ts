import { type Violations, ZERO } from "@tollbook/domain";
import type { PriceInput } from "../plan-input.ts";
import type { Price } from "./price.ts";
import { priceAmount } from "./price-amount.ts";
import { parseTiers } from "./tiers.ts";

/** A trillion units in a package: more than anybody sells at once. */
const PACKAGE_UNITS_MAX = 10n ** 12n;

/** A price from what was written down; every fault is noted, under the contract's field names. */
export function parsePrice(
  input: PriceInput | undefined,
  charge: string,
  faults: Violations,
): Price {
  switch (input?.model) {
    case "per-unit": {
      const field = `${charge}.per_unit.unit_amount`;
      return { model: "per-unit", unitAmount: priceAmount(input.unitAmount, field, faults) };
    }
    case "package":
      return parsePackage(input, `${charge}.package`, faults);
    case "graduated": {
      const tiers = parseTiers(input.tiers, `${charge}.graduated.tiers`, faults);
      return { model: "graduated", tiers };
    }
    case "flat":
      return { model: "flat", amount: priceAmount(input.amount, `${charge}.flat.amount`, faults) };
    case "other":
      faults.add(`${charge}.${input.name}`, "UNSUPPORTED_PRICE", unsupported(input.name));
      return nothing;
    case undefined:
      faults.add(charge, "MISSING", "A charge needs a price: per_unit, package, graduated, flat.");
      return nothing;
  }
}

const nothing: Price = { model: "flat", amount: ZERO };

function unsupported(name: string): string {
  return `Prices of the kind ${name} are not offered yet; use per_unit, package, graduated or flat.`;
}

function parsePackage(
  input: Extract<PriceInput, { model: "package" }>,
  field: string,
  faults: Violations,
): Price {
  const { packageUnits, roundUp } = input;
  if (packageUnits < 1n || packageUnits > PACKAGE_UNITS_MAX) {
    const sentence = "A package holds 1 to 1,000,000,000,000 units.";
    faults.add(`${field}.package_units`, "PACKAGE_UNITS_OUT_OF_RANGE", sentence);
  }
  const packageAmount = priceAmount(input.packageAmount, `${field}.package_amount`, faults);
  return { model: "package", packageUnits, packageAmount, roundUp };
}
