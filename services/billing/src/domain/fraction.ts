import { Big, divideLast } from "@tollbook/domain";

/** An amount before it is rounded: a division not yet done, so that nothing is lost before it. */
export interface Fraction {
  readonly over: Big;
  /** Never zero. */
  readonly under: Big;
}

const ONE = new Big("1");

/** More digits than any product of our prices and quantities has: past them nothing terminates. */
const EXACT_SCALE = 40;

export function whole(value: Big): Fraction {
  return { over: value, under: ONE };
}

export function times(fraction: Fraction, factor: Fraction): Fraction {
  return { over: fraction.over.times(factor.over), under: fraction.under.times(factor.under) };
}

/** The one division of an amount, rounded half away from zero. */
export function rounded({ over, under }: Fraction, scale: number): Big {
  return divideLast(over, under, scale);
}

/** The decimal the fraction is, or undefined if its digits never end (1 ÷ 3). */
export function exactDecimal(fraction: Fraction): Big | undefined {
  const candidate = rounded(fraction, EXACT_SCALE);
  return candidate.times(fraction.under).eq(fraction.over) ? candidate : undefined;
}
