import type { Rate } from "@tollbook/domain";

/** Calls that no gate holds, in millionths, as they were at a moment of the database's clock. */
export interface BucketLevel {
  readonly micro: bigint;
  readonly atUs: bigint;
}

/** Millionths in one call. */
export const MICRO = 1_000_000n;
/** Thousandths of calls a minute, for a microsecond: so many millionths of a call. */
const PER_US = 60_000n;

/** What gates may hold of a rate until a moment: a pace, and room for calls. */
export interface Reserved {
  readonly perMinuteMilli: bigint;
  readonly burst: bigint;
  readonly expiresUs: bigint;
}

/** What of a rate nobody has reserved; never less than nothing, though the rate was lowered. */
export function freeOf(rate: Rate, reserved: readonly Reserved[]): Rate {
  let { perMinuteMilli, burst } = rate;
  for (const one of reserved) {
    perMinuteMilli -= one.perMinuteMilli;
    burst -= one.burst;
  }
  return { perMinuteMilli: positive(perMinuteMilli), burst: positive(burst) };
}

/**
 * The level now. A bucket fills at the pace that nobody has reserved, and holds no more than the
 * burst that nobody has reserved; so what gates hold and what it holds is never more than the
 * burst, and grows no faster than the rate. Reservations that ended meanwhile count until then.
 */
export function levelAt(
  level: BucketLevel,
  rate: Rate,
  reserved: readonly Reserved[],
  nowUs: bigint,
): BucketLevel {
  const running = [...reserved].sort((one, other) => compare(one.expiresUs, other.expiresUs));
  let now = level;
  for (let next = running[0]; next !== undefined && next.expiresUs <= nowUs; next = running[0]) {
    now = filled(now, freeOf(rate, running), next.expiresUs);
    running.shift();
  }
  return filled(now, freeOf(rate, running), nowUs);
}

/** A clock that went back fills nothing. */
function filled({ micro, atUs }: BucketLevel, free: Rate, untilUs: bigint): BucketLevel {
  const spanUs = untilUs > atUs ? untilUs - atUs : 0n;
  const added = (free.perMinuteMilli * spanUs) / PER_US;
  return { micro: least(micro + added, free.burst * MICRO), atUs: atUs + spanUs };
}

/** The smaller of two. */
export function least(one: bigint, other: bigint): bigint {
  return one < other ? one : other;
}

/** The greater of two. */
export function most(one: bigint, other: bigint): bigint {
  return one > other ? one : other;
}

/** Nothing instead of less than nothing. */
export function positive(value: bigint): bigint {
  return value > 0n ? value : 0n;
}

function compare(one: bigint, other: bigint): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
