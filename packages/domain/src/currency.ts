import { invalidField } from "./domain-error.ts";

const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf("currency"));

const digitsByCurrency = new Map<string, number>();

/** Whether this is an ISO 4217 code the platform knows, in upper case: "INR". */
export function isCurrency(text: string): boolean {
  return CURRENCIES.has(text);
}

/** The currency code itself, or an "invalid" DomainError with reason CURRENCY_UNKNOWN. */
export function parseCurrency(text: string, field = "currency"): string {
  if (isCurrency(text)) return text;
  throw invalidField(field, "CURRENCY_UNKNOWN", "Write a three-letter ISO 4217 code such as INR.");
}

/**
 * How many digits after the point the currency's smallest coin has: 2 for INR (paise), 0 for JPY,
 * 3 for KWD. Source: the platform's Intl data. Throws a plain Error for an unknown currency.
 */
export function minorUnits(currency: string): number {
  const known = digitsByCurrency.get(currency);
  if (known !== undefined) return known;
  if (!isCurrency(currency)) throw new Error(`${currency} is no currency`);
  const format = new Intl.NumberFormat("en", { style: "currency", currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  digitsByCurrency.set(currency, digits);
  return digits;
}
