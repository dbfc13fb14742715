import type { Admitted, Refused } from "./admission.ts";
import type { LimitState } from "./gate-call.ts";
import type { Lease } from "./lease.ts";
import type { LeaseBook } from "./lease-book.ts";
import type { AskAnswer, LimitRefusal, LimitTerms } from "./lease-protocol.ts";
import type { RateShare } from "./rate-share.ts";

/** A hard limit's part in each call: what is taken, and from which lease. */
export interface Take {
  readonly lease: Lease;
  readonly cost: number;
  readonly limit: LimitTerms;
}

/** A rate's part in each call: one call of this gate's share. */
export interface Pace {
  readonly share: RateShare;
  readonly limit: LimitTerms;
}

/** What "no room" is remembered for when the answer does not say. */
const NO_ROOM_MS = 100;
/** An answer is never trusted longer, whatever it says. */
const VALID_MAX_MS = 2_000;

/** When two limits refuse, the caller hears the one that lasts longest. */
const LASTING: Record<LimitRefusal, number> = {
  PAYMENT_REQUIRED: 3,
  QUOTA_EXHAUSTED: 2,
  RATE_LIMITED: 1,
};

/** One answer to a bundle's ask, ready for the warm path: which limits apply, and the leases. */
export class Terms {
  /** Asks are numbered; an older answer never replaces a newer one. */
  readonly sequence: number;
  /** When it was asked for (elapsed). */
  readonly askedAt: number;
  readonly limits: readonly LimitTerms[];
  readonly takes: readonly Take[];
  readonly rates: readonly Pace[];
  readonly planName: string | undefined;
  /** Until then (elapsed) these are the limits that apply. */
  readonly validUntil: number;
  /** From then on a call has them asked for again in the background. */
  readonly refreshAt: number;
  /** The admission all calls share. */
  readonly admitted: Admitted;

  constructor(
    answer: AskAnswer,
    asked: { book: LeaseBook; customerId: string; sequence: number; askedAt: number },
  ) {
    const { book, sequence, askedAt } = asked;
    this.sequence = sequence;
    this.askedAt = askedAt;
    this.limits = answer.limits;
    this.planName = answer.planName;
    const validForMs = Math.min(answer.validForMs, VALID_MAX_MS);
    this.validUntil = askedAt + validForMs;
    this.refreshAt = askedAt + validForMs / 2;
    this.takes = takesOf(answer.limits, (limit) => {
      return book.leaseOn(limit, asked.customerId, askedAt);
    });
    this.rates = answer.limits.filter(isRate).map((limit) => {
      return { share: book.shares.shareOn(limit.counterId, asked.customerId, askedAt), limit };
    });
    this.admitted = admittedBy(book.gateId, this.takes, false);
  }

  /** A call came, let through or not: it is demand of every rate. */
  noteCall(): void {
    for (const { share } of this.rates) share.calls += 1;
  }

  /** Whether every rate's share and every hard limit's lease covers one call. */
  covers(now: number, businessMs: number): boolean {
    for (const { share } of this.rates) if (!share.covers(now)) return false;
    for (const { lease, cost } of this.takes) {
      if (!lease.covers(cost, now, businessMs)) return false;
    }
    return true;
  }

  /**
   * Takes one call from every share and its units from every lease; true if one is getting low.
   * All must cover it: so what one limit refuses costs the others nothing.
   */
  take(now: number): boolean {
    let low = false;
    for (const { share } of this.rates) if (share.take(now)) low = true;
    for (const { lease, cost } of this.takes) {
      lease.unspent -= cost;
      if (lease.unspent < lease.lowWater) low = true;
    }
    return low;
  }

  /** The most lasting of the limits known to have no room now; undefined if there may be some. */
  refusal(now: number, businessMs: number): Refused | undefined {
    let worst: Take | undefined;
    for (const take of this.takes) {
      const { lease, cost } = take;
      const dry = lease.unspent < cost && cost >= lease.noRoomCost && now < lease.noRoomUntil;
      if (dry && businessMs < lease.windowEndMs) worst = moreLasting(worst, take);
    }
    return worst ? refusedBy(worst, now, businessMs) : this.#tooFast(now);
  }

  /** A rate that has no call left, and will get none by asking. */
  #tooFast(now: number): Refused | undefined {
    const dry = this.rates.filter(({ share }) => !share.covers(now));
    if (!dry.some(({ share }) => share.refuses(now))) return undefined;
    return limitedBy(dry, now);
  }

  /** What a call would be told, taking nothing: room for it may also be free at metering. */
  look(now: number, businessMs: number): Admitted | Refused {
    let worst: Take | undefined;
    for (const take of this.takes) {
      const { lease, cost, limit } = take;
      const room = lease.unspent >= cost || limit.remaining >= BigInt(cost);
      if (!room && businessMs < lease.windowEndMs) worst = moreLasting(worst, take);
    }
    if (worst !== undefined) return refusedBy(worst, now, businessMs);
    const dry = this.rates.filter(({ share, limit }) => {
      return !share.covers(now) && limit.remaining < 1n;
    });
    return dry.length > 0 ? limitedBy(dry, now) : this.admitted;
  }

  /** Every limit that applies, with what is left as this gate knows it. */
  states(): LimitState[] {
    return this.limits.map((limit) => {
      const take = this.takes.find(({ lease }) => lease.counterId === limit.counterId);
      const held = limit.hard ? BigInt(take?.lease.unspent ?? 0) : 0n;
      const { name, window, windowStartMs, windowEndMs, hard, ratePerMinuteMilli } = limit;
      const pace = this.rates.find((one) => one.limit === limit);
      const remaining = limit.remaining + (pace ? BigInt(pace.share.heldCalls) : held);
      const words = { name, limit: limit.limit, remaining, window, windowStartMs };
      return { ...words, resetsAtMs: windowEndMs, hard, ratePerMinuteMilli };
    });
  }

  /** What the answer says of room; to be called once the leases have their new units. */
  rememberRoom(answer: AskAnswer, now: number): void {
    const forMs = Math.max(answer.askAgainAfterMs, NO_ROOM_MS);
    for (const { lease, cost, limit } of this.takes) {
      lease.openCalls = 0;
      const none = limit.exhausted || limit.remaining < BigInt(cost);
      lease.noRoomUntil = none ? now + forMs : Number.NEGATIVE_INFINITY;
      lease.noRoomCost = cost;
    }
  }
}

/** One take for each counter: two hard limits on one counter are served by its one lease. */
function takesOf(limits: readonly LimitTerms[], leaseOn: (limit: LimitTerms) => Lease): Take[] {
  const takes = new Map<Lease, Take>();
  for (const limit of limits) {
    if (!limit.hard || limit.costPerCall <= 0 || isRate(limit)) continue;
    const lease = leaseOn(limit);
    const other = takes.get(lease);
    if (other !== undefined && other.limit.remaining <= limit.remaining) continue;
    takes.set(lease, { lease, cost: limit.costPerCall, limit });
  }
  return [...takes.values()];
}

function isRate({ ratePerMinuteMilli }: LimitTerms): boolean {
  return ratePerMinuteMilli !== undefined;
}

/** The caller is told when the slowest of the rates in its way has a call again. */
export function limitedBy(dry: readonly Pace[], now: number): Refused {
  const retryAfterMs = Math.max(...dry.map(({ share }) => share.waitMs(now)));
  return { kind: "refused", code: "RATE_LIMITED", retryAfterMs };
}

/** How long a refused caller had better wait, and what it is told. */
export function refusedBy(take: Take, now: number, businessMs: number): Refused {
  const { limit, lease } = take;
  const untilReset = lease.windowEndMs - businessMs;
  const untilAsked = Math.max(lease.noRoomUntil - now, NO_ROOM_MS);
  const waiting = limit.refusal === "RATE_LIMITED" ? untilAsked : untilReset;
  const retryAfterMs = Number.isFinite(waiting) ? Math.max(1, Math.ceil(waiting)) : undefined;
  return { kind: "refused", code: limit.refusal, retryAfterMs };
}

/** The one of two refusing limits that the caller is told of. */
export function moreLasting(one: Take | undefined, other: Take): Take {
  if (one === undefined) return other;
  const difference = LASTING[other.limit.refusal] - LASTING[one.limit.refusal];
  if (difference !== 0) return difference > 0 ? other : one;
  return other.lease.windowEndMs > one.lease.windowEndMs ? other : one;
}

/** An admission that holds one call's units of these leases. */
export function admittedBy(gateId: string, takes: readonly Take[], failedOpen: boolean): Admitted {
  const units = takes.map(({ lease, cost }) => ({ counterId: lease.counterId, units: cost }));
  return {
    kind: "admitted",
    failedOpen,
    hold: takes.length === 0 ? undefined : { gateId, units },
    notBeforeMs: Math.max(...takes.map(({ lease }) => lease.windowStartMs)),
    beforeMs: Math.min(...takes.map(({ lease }) => lease.windowEndMs)),
  };
}
