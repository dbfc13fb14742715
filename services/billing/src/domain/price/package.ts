import { Big } from "@tollbook/domain";
import { times, whole } from "../fraction.ts";
import { countText, priceText, unitsText, type Wording } from "../wording.ts";
import type { Priced } from "./priced.ts";

/** So much for each package of units: ₹1 per 1,000 calls. */
export interface PackagePrice {
  readonly model: "package";
  /** Units in a package, at least 1. */
  readonly packageUnits: bigint;
  readonly packageAmount: Big;
  /** Whether a package begun counts whole; otherwise it is charged in proportion. */
  readonly roundUp: boolean;
}

/** In proportion, 1,500 calls at ₹1 per 1,000 are ₹1.50; rounded up they are two packages. */
export function pricePackage(units: bigint, price: PackagePrice, wording: Wording): Priced {
  const { packageUnits, packageAmount } = price;
  const size = countText(packageUnits, wording.currency);
  const each = priceText(packageAmount, wording.currency);
  const division = `${unitsText(units, wording)} ÷ ${size}`;
  if (!price.roundUp) {
    const share = { over: new Big(units), under: new Big(packageUnits) };
    return {
      amount: times(whole(packageAmount), share),
      steps: [],
      expression: `${division} × ${each}`,
    };
  }
  const packages = (units + packageUnits - 1n) / packageUnits;
  const count = `${countText(packages, wording.currency)} ${packages === 1n ? "package" : "packages"}`;
  return {
    amount: whole(packageAmount.times(packages)),
    steps: [`${division}, rounded up = ${count}`],
    expression: `${count} × ${each}`,
  };
}
