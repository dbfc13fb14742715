import type { Big } from "@tollbook/domain";
import { whole } from "../fraction.ts";
import { priceText, unitsText, type Wording } from "../wording.ts";
import type { Priced } from "./priced.ts";

/** So much a unit: ₹0.0025 a call. */
export interface PerUnitPrice {
  readonly model: "per-unit";
  readonly unitAmount: Big;
}

export function pricePerUnit(units: bigint, price: PerUnitPrice, wording: Wording): Priced {
  return {
    amount: whole(price.unitAmount.times(units)),
    steps: [],
    expression: `${unitsText(units, wording)} × ${priceText(price.unitAmount, wording.currency)}`,
  };
}
