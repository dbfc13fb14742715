import { minorUnits, parseCurrency } from "./currency.ts";
import { type Big, decimalText, withoutNegativeZero, ZERO } from "./decimal.ts";
import { DomainError } from "./domain-error.ts";
import { parseDecimal } from "./parse-decimal.ts";

/** An exact amount of one currency; unit prices may be finer than its smallest coin. */
export interface Money {
  /** ISO 4217, upper case. */
  readonly currency: string;
  readonly amount: Big;
}

/** Digits before the point of any amount: beyond every economy, within `numeric(30,12)`. */
export const MONEY_INTEGER_DIGITS_MAX = 18;

/** Digits after the point of any amount or unit price. */
export const MONEY_SCALE_MAX = 12;

/**
 * Money from the wire's two strings. Throws "invalid" DomainErrors: CURRENCY_UNKNOWN, and those
 * of `parseDecimal`. `field` is the path of the Money message, for the error.
 */
export function money(currency: string, text: string, field = "money"): Money {
  return {
    currency: parseCurrency(currency, `${field}.currency`),
    amount: parseDecimal(text, {
      field: `${field}.amount`,
      maxIntegerDigits: MONEY_INTEGER_DIGITS_MAX,
      maxScale: MONEY_SCALE_MAX,
    }),
  };
}

/** No money of a currency. */
export function zeroMoney(currency: string): Money {
  return { currency: parseCurrency(currency), amount: ZERO };
}

/** The sum, exact. Throws "failed-precondition" CURRENCY_MISMATCH for two currencies. */
export function addMoney(a: Money, b: Money): Money {
  if (a.currency !== b.currency) {
    const sentence = `${a.currency} and ${b.currency} cannot be added.`;
    throw new DomainError("failed-precondition", "CURRENCY_MISMATCH", sentence);
  }
  return { currency: a.currency, amount: a.amount.plus(b.amount) };
}

/**
 * Rounds an amount to the currency's smallest coin, half away from zero: 0.005 INR is 0.01, and
 * −0.005 is −0.01. Called once per invoice line and nowhere before it.
 */
export function roundToMinorUnit(amount: Big, currency: string): Big {
  return withoutNegativeZero(amount.round(minorUnits(currency)));
}

/**
 * The amount as it travels and is stored: every digit, and at least the currency's own ("20.00"
 * for twenty rupees, "0.0025" for a unit price).
 */
export function amountText({ currency, amount }: Money): string {
  return decimalText(amount, minorUnits(currency));
}
