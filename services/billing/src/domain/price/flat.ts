import type { Big } from "@tollbook/domain";
import { times, whole } from "../fraction.ts";
import { isWhole, type Share, shareFraction, shareText } from "../share.ts";
import { localeOf, priceText } from "../wording.ts";
import type { Priced } from "./priced.ts";

/** A fee a period, whatever is used; a part of a period costs its part. */
export interface FlatPrice {
  readonly model: "flat";
  readonly amount: Big;
}

export function priceFlat(share: Share, price: FlatPrice, currency: string): Priced {
  const fee = priceText(price.amount, currency);
  if (isWhole(share)) return { amount: whole(price.amount), steps: [], expression: fee };
  return {
    amount: times(whole(price.amount), shareFraction(share)),
    steps: [],
    expression: `${fee} × ${shareText(share, localeOf(currency))}`,
  };
}
