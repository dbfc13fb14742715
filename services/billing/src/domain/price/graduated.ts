import { type Big, ZERO } from "@tollbook/domain";
import { whole } from "../fraction.ts";
import { countText, priceText, unitsText, type Wording } from "../wording.ts";
import type { Priced } from "./priced.ts";
import type { Tier } from "./tiers.ts";

/** Each slice of usage at its own tier's price. */
export interface GraduatedPrice {
  readonly model: "graduated";
  /** Lowest first, bounds ascending, the last without a bound: `parseTiers` has seen to it. */
  readonly tiers: readonly Tier[];
}

interface Slice {
  readonly tier: Tier;
  /** Units below the tier. */
  readonly from: bigint;
  readonly units: bigint;
}

export function priceGraduated(units: bigint, price: GraduatedPrice, wording: Wording): Priced {
  const slices = slicesOf(units, price.tiers);
  const amounts = slices.map(amountOf);
  const amount = whole(amounts.reduce((sum, next) => sum.plus(next), ZERO));
  const [only] = slices;
  if (only === undefined || slices.length === 1) {
    return { amount, steps: [], expression: sliceText(only ?? emptySlice(price), wording) };
  }
  const results = amounts.map((each) => priceText(each, wording.currency));
  const steps = slices.map((slice, index) => {
    return `${rangeText(slice, wording)}: ${sliceText(slice, wording)} = ${results[index]}`;
  });
  return { amount, steps, expression: results.join(" + ") };
}

/** The tiers some units fall into, with how many fall into each. */
function slicesOf(units: bigint, tiers: readonly Tier[]): Slice[] {
  const slices: Slice[] = [];
  let from = 0n;
  for (const tier of tiers) {
    if (units <= from) return slices;
    const to = tier.upTo === null || units < tier.upTo ? units : tier.upTo;
    slices.push({ tier, from, units: to - from });
    from = to;
  }
  if (from < units) throw new Error("the last tier has a bound: its plan was never parsed");
  return slices;
}

function amountOf({ tier, units }: Slice): Big {
  return tier.unitAmount.times(units).plus(tier.flatAmount);
}

function emptySlice({ tiers }: GraduatedPrice): Slice {
  const [tier] = tiers;
  if (tier === undefined) throw new Error("a graduated price without tiers was never parsed");
  return { tier: { ...tier, flatAmount: ZERO }, from: 0n, units: 0n };
}

function sliceText({ tier, units }: Slice, wording: Wording): string {
  const usage = `${unitsText(units, wording)} × ${priceText(tier.unitAmount, wording.currency)}`;
  if (tier.flatAmount.eq(ZERO)) return usage;
  return `${usage} + ${priceText(tier.flatAmount, wording.currency)}`;
}

function rangeText({ tier, from }: Slice, { currency }: Wording): string {
  const first = countText(from + 1n, currency);
  return tier.upTo === null ? `from ${first}` : `${first} to ${countText(tier.upTo, currency)}`;
}
