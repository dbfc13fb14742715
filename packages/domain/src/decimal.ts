import { Big as BigLibrary } from "big.js";

/** What a decimal is made of or combined with. A `number` is not among them: it is not exact. */
export type DecimalSource = string | bigint | Big;

/**
 * An exact decimal: big.js, narrowed to what cannot lose a digit. There is no division (see
 * `divideLast`), no root, no exponent form and no way in or out as a `number`.
 */
export interface Big {
  abs(): Big;
  neg(): Big;
  plus(other: DecimalSource): Big;
  minus(other: DecimalSource): Big;
  times(other: DecimalSource): Big;
  mod(other: DecimalSource): Big;
  cmp(other: DecimalSource): -1 | 0 | 1;
  eq(other: DecimalSource): boolean;
  gt(other: DecimalSource): boolean;
  gte(other: DecimalSource): boolean;
  lt(other: DecimalSource): boolean;
  lte(other: DecimalSource): boolean;
  /** Rounds to `scale` digits after the point; half away from zero unless told otherwise. */
  round(scale: number, mode?: RoundingMode): Big;
  /** Plain notation with exactly `scale` digits after the point, rounded like `round`. */
  toFixed(scale?: number, mode?: RoundingMode): string;
  /** Plain notation, every digit, never an exponent. */
  toString(): string;
  toJSON(): string;
}

/** `Big.roundDown`, `Big.roundHalfUp` (away from zero), `Big.roundHalfEven`, `Big.roundUp`. */
export type RoundingMode = 0 | 1 | 2 | 3;

interface BigConstructor {
  new (value: DecimalSource): Big;
  readonly prototype: Big;
  readonly roundDown: 0;
  readonly roundHalfUp: 1;
  readonly roundHalfEven: 2;
  readonly roundUp: 3;
}

/**
 * Makes a decimal from text, a bigint or a decimal; a number throws (strict mode), and so does
 * text that is no decimal. For text from outside use `parseDecimal`, which answers politely.
 */
export const Big = strictConstructor() as unknown as BigConstructor;

/** Nought. */
export const ZERO: Big = new Big("0");

const Quotient = strictConstructor();

/**
 * The one division of the whole system: a ÷ b, rounded once, half away from zero, to `scale`
 * digits after the point. Multiply first, divide last: 10 ÷ 30 × 0.015 is not 10 × 0.015 ÷ 30.
 * Throws a plain Error when b is zero; whoever divides has made sure of it.
 */
export function divideLast(a: Big, b: Big, scale: number): Big {
  Quotient.DP = scale;
  const dividend = new Quotient(a.toString());
  return withoutNegativeZero(new Big(dividend.div(b.toString()).toFixed()));
}

/** Turns −0, which rounding a small negative leaves behind, into 0: nobody owes "-0.00". */
export function withoutNegativeZero(value: Big): Big {
  return value.eq(ZERO) ? ZERO : value;
}

/**
 * The text of a decimal for wires, tables and screens: every digit, never an exponent, never
 * "-0", and at least `minScale` digits after the point ("20" with 2 is "20.00"). Never rounds.
 */
export function decimalText(value: Big, minScale = 0): string {
  const text = withoutNegativeZero(value).toString();
  const point = text.indexOf(".");
  const scale = point < 0 ? 0 : text.length - point - 1;
  return scale >= minScale ? text : withoutNegativeZero(value).toFixed(minScale);
}

/** The whole number a decimal is. Throws a plain Error if it has a fraction. */
export function toBigInt(value: Big): bigint {
  const text = decimalText(value);
  if (text.includes(".")) throw new Error(`${text} is not a whole number`);
  return BigInt(text);
}

/** A constructor of our own: the settings of big.js's shared one belong to no one. */
function strictConstructor() {
  const strict = BigLibrary();
  strict.strict = true;
  strict.RM = strict.roundHalfUp;
  // Exponents below and above these are written as exponents; these are the widest there are.
  strict.NE = -1_000_000;
  strict.PE = 1_000_000;
  return strict;
}
