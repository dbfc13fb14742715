import { Big, formatDecimal, type Interval, quarterHours } from "@tollbook/domain";
import type { Fraction } from "./fraction.ts";

/** What part of a whole billing period something was in force for, in quarter hours. */
export interface Share {
  readonly part: bigint;
  /** At least `part`. */
  readonly whole: bigint;
}

/** The share of a whole period that a stretch within it is. */
export function shareOf(stretch: Interval, wholePeriod: Interval): Share {
  return { part: quarterHours(stretch), whole: quarterHours(wholePeriod) };
}

export function isWhole({ part, whole }: Share): boolean {
  return part === whole;
}

export function shareFraction({ part, whole }: Share): Fraction {
  return { over: new Big(part), under: new Big(whole) };
}

/**
 * Units included in a share of a period: in proportion, and up to the next whole unit, because a
 * unit cannot be split and the doubt is the customer's.
 */
export function includedIn(share: Share, includedUnits: bigint): bigint {
  return (includedUnits * share.part + share.whole - 1n) / share.whole;
}

/** How a share stands in the arithmetic: "960 of 2,976 quarter hours". */
export function shareText({ part, whole }: Share, locale: string): string {
  const [some, all] = [formatDecimal(part, locale), formatDecimal(whole, locale)];
  return `${some} of ${all} quarter hours`;
}
