import { type Big, MONEY_SCALE_MAX, parseDecimal, type Violations, ZERO } from "@tollbook/domain";

/** Digits before the point of a price, as the contract's Money says. */
const PRICE_INTEGER_DIGITS_MAX = 15;

/** A price from text; what is wrong with it is noted, and 0 goes on in its place. */
export function priceAmount(text: string, field: string, faults: Violations): Big {
  const bounds = { field, maxIntegerDigits: PRICE_INTEGER_DIGITS_MAX, maxScale: MONEY_SCALE_MAX };
  const amount = faults.attempt(() => parseDecimal(text, bounds), ZERO);
  if (amount.gte(ZERO)) return amount;
  faults.add(field, "NEGATIVE_PRICE", "A price cannot be less than 0; reduce with a coupon.");
  return ZERO;
}
