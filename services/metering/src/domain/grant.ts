/** A counter as it stands while an answer to a gate is worked out. */
export interface CounterFigures {
  consumed: bigint;
  leased: bigint;
  stranded: bigint;
}

/** What the asking gate holds of a counter while the answer is worked out. */
export interface LeaseFigures {
  /** Units no call has taken yet, as far as the gate may know after this answer. */
  unspent: bigint;
  /** Units this answer adds. */
  added: bigint;
  /** It takes no more: the gate has said so, or has to hear first that it has ended. */
  readonly closed: boolean;
}

/** One limit's part in an ask. */
export interface AskedLimit {
  readonly counter: CounterFigures;
  readonly lease: LeaseFigures;
  /** The units at which it refuses; undefined for a soft limit, which never does. */
  readonly refusesAt: bigint | undefined;
  /** Units one of the calls costs. */
  readonly cost: bigint;
}

/**
 * Grants a bundle: g = min over the hard limits of ⌊(unspent + room) / cost⌋, at most what is
 * wanted; each lease is topped up to g × cost, or nothing at all happens. It changes the figures
 * it is given, so that the next ask of the same request sees them. No grant makes
 * consumed + leased + stranded exceed a limit. Returns g.
 */
export function grant(wanted: bigint, limits: readonly AskedLimit[]): bigint {
  let calls = wanted;
  for (const limit of limits) {
    const fits = callsThatFit(limit);
    if (fits !== undefined && fits < calls) calls = fits;
  }
  for (const { counter, lease, refusesAt, cost } of limits) {
    const missing = calls * cost - lease.unspent;
    if (refusesAt === undefined || missing <= 0n) continue;
    lease.unspent += missing;
    lease.added += missing;
    counter.leased += missing;
  }
  return calls;
}

/** Calls a limit has room for, the gate's unspent units included; undefined: any number. */
export function callsThatFit({ counter, lease, refusesAt, cost }: AskedLimit): bigint | undefined {
  if (refusesAt === undefined || cost === 0n) return undefined;
  const room = lease.closed ? 0n : roomOf(counter, refusesAt);
  return (lease.unspent + room) / cost;
}

/** Units free to grant: in no lease, not stranded, not consumed; never below zero. */
export function roomOf({ consumed, leased, stranded }: CounterFigures, limit: bigint): bigint {
  const room = limit - consumed - leased - stranded;
  return room > 0n ? room : 0n;
}

/** When a gate that got less than it wanted asks again. */
export interface AskAgain {
  /** While units are out on leases: they may come back at any moment. */
  readonly askAgainSoonMs: number;
  /** When all are consumed: only a raised limit helps, which is to be felt within 2 seconds. */
  readonly askAgainLateMs: number;
}

/**
 * After how many milliseconds a gate that got less than it wanted asks again: soon if any limit
 * in its way has units out on leases, else late, and never later than its window's end.
 */
export function askAgainAfterMs(
  inTheWay: readonly { leased: bigint; endsInMs: number }[],
  { askAgainSoonMs, askAgainLateMs }: AskAgain,
): number {
  const soon = inTheWay.some(({ leased }) => leased > 0n);
  const ends = inTheWay.map(({ endsInMs }) => Math.max(endsInMs, 1));
  return Math.min(soon ? askAgainSoonMs : askAgainLateMs, ...ends);
}
