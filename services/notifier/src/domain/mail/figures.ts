import { formatDecimal, formatMoney, money } from "@tollbook/domain";

/** How people who pay in this currency write figures: 1,50,000 with rupees, 150,000 otherwise. */
export function localeOf(currency: string): string {
  return currency === "INR" ? "en-IN" : "en-US";
}

/** A whole number given as decimal text. */
export function count(text: string, currency: string): string {
  return formatDecimal(BigInt(text), localeOf(currency));
}

/** An amount given as decimal text: ₹1,50,000.00. */
export function amount(currency: string, text: string): string {
  return formatMoney(money(currency, text), localeOf(currency));
}

/** How much of a limit is used, in whole percent, rounded down: what is not yet 80 is not 80. */
export function percentUsed(used: string, limit: string): bigint {
  const whole = BigInt(limit);
  return whole > 0n ? (BigInt(used) * 100n) / whole : 100n;
}
