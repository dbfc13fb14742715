import { type Big, formatDecimal, formatMoney, minorUnits } from "@tollbook/domain";
import { exactDecimal, type Fraction, rounded } from "./fraction.ts";

/** How figures are written in a currency: rupees in lakh and crore. */
export function localeOf(currency: string): string {
  return currency === "INR" ? "en-IN" : "en-US";
}

/** The word for what is counted. */
export interface Unit {
  readonly one: string;
  readonly many: string;
}

export const CALLS: Unit = { one: "call", many: "calls" };

/** Of the account's own meters, which may count anything. */
export const UNITS: Unit = { one: "unit", many: "units" };

/** The words a line's arithmetic is written in. */
export interface Wording {
  readonly currency: string;
  readonly unit: Unit;
}

export function unitsText(units: bigint, { currency, unit }: Wording): string {
  return `${countText(units, currency)} ${units === 1n ? unit.one : unit.many}`;
}

export function countText(count: bigint, currency: string): string {
  return formatDecimal(count, localeOf(currency));
}

export function priceText(amount: Big, currency: string): string {
  return formatMoney({ currency, amount }, localeOf(currency));
}

/** What stands behind the last "=": the amount, and where its rounding took it from. */
export function resultText(amount: Fraction, currency: string): string {
  const scale = minorUnits(currency);
  const result = rounded(amount, scale);
  const exact = exactDecimal(amount);
  if (exact === undefined) return `${priceText(result, currency)}, rounded`;
  if (exact.eq(result)) return priceText(result, currency);
  return `${priceText(exact, currency)}, rounded to ${priceText(result, currency)}`;
}
