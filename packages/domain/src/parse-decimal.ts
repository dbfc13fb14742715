import { Big, type DecimalSource, decimalText, withoutNegativeZero } from "./decimal.ts";
import { invalidField } from "./domain-error.ts";

/** What a decimal from outside may look like. */
export interface DecimalBounds {
  /** The field it came in, for the error; "value" if not said. */
  readonly field?: string;
  /** Digits allowed before the point, leading zeros aside. */
  readonly maxIntegerDigits: number;
  /** Digits allowed after the point, trailing zeros aside. */
  readonly maxScale: number;
  /** The smallest value allowed, itself included. */
  readonly min?: DecimalSource;
  /** The largest value allowed, itself included. */
  readonly max?: DecimalSource;
}

/** Longer text is refused unread: no figure of ours comes near, and regular expressions cost. */
const TEXT_LENGTH_MAX = 100;

const PLAIN_DECIMAL = /^-?(\d+)(?:\.(\d+))?$/;

/**
 * Reads a decimal in plain notation: an optional minus, digits, an optional point and digits. No
 * exponents, plus signs, spaces, separators, NaN. Throws an "invalid" DomainError with reason
 * DECIMAL_MALFORMED, DECIMAL_TOO_LARGE, DECIMAL_TOO_PRECISE or DECIMAL_OUT_OF_RANGE.
 */
export function parseDecimal(text: string, bounds: DecimalBounds): Big {
  const { field = "value", maxIntegerDigits, maxScale } = bounds;
  const digits = text.length <= TEXT_LENGTH_MAX ? PLAIN_DECIMAL.exec(text) : null;
  if (digits === null) {
    throw invalidField(field, "DECIMAL_MALFORMED", "Write a plain decimal such as 12.50.");
  }
  const value = withoutNegativeZero(new Big(text));
  const [whole = "", fraction = ""] = decimalText(value.abs()).split(".");
  if (whole.length > maxIntegerDigits && whole !== "0") {
    const sentence = `At most ${maxIntegerDigits} digits may stand before the point.`;
    throw invalidField(field, "DECIMAL_TOO_LARGE", sentence);
  }
  if (fraction.length > maxScale) {
    const sentence = `At most ${maxScale} digits may stand after the point.`;
    throw invalidField(field, "DECIMAL_TOO_PRECISE", sentence);
  }
  checkRange(value, bounds, field);
  return value;
}

function checkRange(value: Big, { min, max }: DecimalBounds, field: string): void {
  if (min !== undefined && value.lt(min)) {
    const sentence = `It must be at least ${min.toString()}.`;
    throw invalidField(field, "DECIMAL_OUT_OF_RANGE", sentence);
  }
  if (max !== undefined && value.gt(max)) {
    const sentence = `It must be at most ${max.toString()}.`;
    throw invalidField(field, "DECIMAL_OUT_OF_RANGE", sentence);
  }
}
