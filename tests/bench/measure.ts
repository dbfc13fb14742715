import type { Figure, Row, Sides } from "./row.ts";

/** A row's figures, round by round; the sides were measured in turn. */
export interface Measured {
  readonly row: Pick<Row, "name" | "unit" | "limitName" | "goal">;
  readonly product: Spread;
  readonly limit: Spread;
  /** Product to limit of the same round. */
  readonly ratio: Spread;
  readonly rounds: readonly { readonly product: Figure; readonly limit: Figure }[];
}

/** The middle of several measurements, and how far they lie apart. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/**
 * Measures both sides in turn, so that a machine that is slow for a while is slow for both. One
 * round before the first is thrown away: it warms caches and compilers.
 */
export async function measure(row: Row, sides: Sides, rounds: number): Promise<Measured> {
  await sides.limit();
  await sides.product();
  const measured: { product: Figure; limit: Figure }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const limit = await sides.limit();
    measured.push({ limit, product: await sides.product() });
  }
  const { name, unit, limitName, goal } = row;
  return {
    row: { name, unit, limitName, goal },
    product: spreadOf(measured.map(({ product }) => product.value)),
    limit: spreadOf(measured.map(({ limit }) => limit.value)),
    ratio: spreadOf(measured.map(({ product, limit }) => product.value / limit.value)),
    rounds: measured,
  };
}

/** Min, median and max; the median of an even number is the mean of its middle two. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((one, other) => one - other);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  const middle = (sorted.length - 1) / 2;
  const median = (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2;
  return { min: at(0), median, max: at(sorted.length - 1) };
}

/** The value that a share of the measurements did not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** Whether the median ratio is as wanted. */
export function isReached({ ratio, row: { goal } }: Measured): boolean {
  return "atLeast" in goal ? ratio.median >= goal.atLeast : ratio.median <= goal.atMost;
}
