import { minorUnits } from "./currency.ts";
import { type Big, decimalText } from "./decimal.ts";
import { amountText, type Money } from "./money.ts";

/** Formatters are costly to make and few differ; when someone cycles through more, start over. */
const FORMATTERS_MAX = 256;

const formatters = new Map<string, Intl.NumberFormat>();

/**
 * Money as people of a locale write it: ₹1,50,000.00 in `en-IN`. Exact: every digit is shown, so
 * a unit price is ₹0.0025, and at least the currency's own digits.
 */
export function formatMoney(money: Money, locale = "en-IN"): string {
  const { currency } = money;
  const text = amountText(money);
  const digits = Math.max(scaleOf(text), minorUnits(currency));
  return format(text, `${locale} ${currency} ${digits}`, () => ({
    locale,
    options: { style: "currency", currency, minimumFractionDigits: digits },
  }));
}

/** A plain figure as people of a locale write it: 1,50,000 in `en-IN`. Every digit is shown. */
export function formatDecimal(value: Big | bigint, locale = "en-IN"): string {
  const text = typeof value === "bigint" ? value.toString() : decimalText(value);
  const digits = scaleOf(text);
  return format(text, `${locale} ${digits}`, () => ({
    locale,
    options: { minimumFractionDigits: digits },
  }));
}

interface FormatterSpec {
  readonly locale: string;
  readonly options: Intl.NumberFormatOptions & { readonly minimumFractionDigits: number };
}

/** Intl reads decimal text digit by digit; as a `number` the amount would lose some. */
function format(text: string, key: string, spec: () => FormatterSpec): string {
  let formatter = formatters.get(key);
  if (formatter === undefined) {
    const { locale, options } = spec();
    const maximumFractionDigits = options.minimumFractionDigits;
    formatter = new Intl.NumberFormat(locale, { ...options, maximumFractionDigits });
    if (formatters.size >= FORMATTERS_MAX) formatters.clear();
    formatters.set(key, formatter);
  }
  return formatter.format(text as Intl.StringNumericLiteral);
}

function scaleOf(text: string): number {
  const point = text.indexOf(".");
  return point < 0 ? 0 : text.length - point - 1;
}
