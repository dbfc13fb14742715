import type { Money } from "../api/shapes.ts";
import { localeOf } from "./locale.ts";

/** "₹1,50,000.00". The decimal string is formatted as it is: no float comes near it. */
export function formatMoney({ currency, amount }: Money): string {
  return formatAmount(amount, currency, 2);
}

/** A price, which may be finer than the currency's smallest coin: "₹0.0025". */
export function formatPrice(amount: string, currency: string): string {
  return formatAmount(amount, currency, 12);
}

function formatAmount(amount: string, currency: string, fractionMax: number): string {
  const format = new Intl.NumberFormat(localeOf(currency), {
    style: "currency",
    currency: /^[A-Z]{3}$/.test(currency) ? currency : "INR",
    maximumFractionDigits: fractionMax,
  });
  return format.format((amount || "0") as Intl.StringNumericLiteral);
}
