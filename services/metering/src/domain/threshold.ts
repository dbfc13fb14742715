/** Told as "used up", whatever else a plan wants told. */
export const USED_UP_PERCENT = 100;

/** Percentages told where a plan does not say: 80 and used up. */
export const DEFAULT_PERCENTS: readonly number[] = [80, USED_UP_PERCENT];

/** The percentages to watch, lowest first; used up is always among them. */
export function watchedPercents(wanted: readonly number[]): readonly number[] {
  if (wanted.length === 0) return DEFAULT_PERCENTS;
  return [...new Set([...wanted, USED_UP_PERCENT])].sort((a, b) => a - b);
}

/**
 * The percentages of a quota that a count went past, lowest first: those reached now and not
 * before. Nothing is crossed while nothing was added.
 */
export function crossedPercents(
  before: bigint,
  after: bigint,
  quota: bigint,
  percents: readonly number[],
): number[] {
  if (after <= before) return [];
  return percents.filter((percent) => {
    const passedBefore = before > 0n && reaches(before, quota, percent);
    return !passedBefore && reaches(after, quota, percent);
  });
}

/** The percentages of a quota that a count has reached, lowest first. */
export function reachedPercents(
  consumed: bigint,
  quota: bigint,
  percents: readonly number[],
): number[] {
  return consumed > 0n ? percents.filter((percent) => reaches(consumed, quota, percent)) : [];
}

function reaches(consumed: bigint, quota: bigint, percent: number): boolean {
  return consumed * 100n >= quota * BigInt(percent);
}
