import type { Rate } from "@tollbook/domain";
import { least, most } from "./rate-bucket.ts";

/** A gate that wants to let calls through under a rate. */
export interface Claimant {
  readonly gateId: string;
  /** Calls a minute it sees, in thousandths. */
  readonly demand: bigint;
  /** Calls it could let through at once. */
  readonly wanted: bigint;
  /** Whether it holds a part of the burst. */
  readonly holds: boolean;
  /** Since when it holds one, or has held none. */
  readonly turnUs: bigint;
}

/** What a gate ought to hold. */
export interface Share {
  readonly perMinuteMilli: bigint;
  readonly burst: bigint;
}

export const NO_SHARE: Share = { perMinuteMilli: 0n, burst: 0n };

/** A gate's demand may grow by a quarter before it has to ask. */
const HEADROOM = { over: 5n, under: 4n };
/** A gate that was silent begins with this part of the rate. */
const SMALLEST_PART = 64n;

/**
 * A gate's fair share of a rate. By demand: who needs little gets it, and what is left is shared
 * equally by those who need more. With more gates than the burst holds calls they take turns,
 * since no gate can hold less than one call.
 */
export function fairShare(rate: Rate, claimants: readonly Claimant[], gateId: string): Share {
  const own = claimants.find((one) => one.gateId === gateId);
  if (own === undefined || rate.burst === 0n) return NO_SHARE;
  if (BigInt(claimants.length) > rate.burst) return byTurns(rate, claimants, gateId);
  const needs = claimants.map(({ demand }) => needOf(rate, demand));
  const level = waterLevel(rate.perMinuteMilli, needs);
  const perMinuteMilli = least(needOf(rate, own.demand), level ?? rate.perMinuteMilli);
  const inProportion = ceilOf(rate.burst * perMinuteMilli, rate.perMinuteMilli);
  // A crowd that waits is let through at once if the rate is not contended.
  const burst = level === undefined ? most(inProportion, own.wanted) : inProportion;
  const others = BigInt(claimants.length - 1);
  return { perMinuteMilli, burst: most(1n, least(burst, rate.burst - others)) };
}

function needOf(rate: Rate, demand: bigint): bigint {
  const need = (demand * HEADROOM.over) / HEADROOM.under;
  return least(need + rate.perMinuteMilli / SMALLEST_PART, rate.perMinuteMilli);
}

/** What each may have at most, so that all together have what there is; undefined: enough for all. */
function waterLevel(total: bigint, needs: readonly bigint[]): bigint | undefined {
  let left = total;
  const rising = [...needs].sort((one, other) => (one < other ? -1 : 1));
  for (const [at, need] of rising.entries()) {
    const sharers = BigInt(rising.length - at);
    if (need * sharers > left) return left / sharers;
    left -= need;
  }
  return undefined;
}

/** Who has waited longest comes first; who has held longest goes first. */
function byTurns(rate: Rate, claimants: readonly Claimant[], gateId: string): Share {
  const inOrder = [...claimants].sort((one, other) => {
    if (one.holds !== other.holds) return one.holds ? 1 : -1;
    const sooner =
      one.turnUs < other.turnUs || (one.turnUs === other.turnUs && isBefore(one, other));
    return sooner === one.holds ? 1 : -1;
  });
  const place = BigInt(inOrder.findIndex((one) => one.gateId === gateId));
  if (place >= rate.burst) return NO_SHARE;
  return { perMinuteMilli: rate.perMinuteMilli / rate.burst, burst: 1n };
}

function isBefore(one: Claimant, other: Claimant): boolean {
  return one.gateId < other.gateId;
}

function ceilOf(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor - 1n) / divisor;
}
