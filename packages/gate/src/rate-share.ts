import type { GateClock } from "./gate-clock.ts";
import type { HeldShare, RateShareState, ShareReturn } from "./lease-protocol.ts";
import { SpendingRate } from "./spending-rate.ts";

/** Milliseconds in a minute, and thousandths in a call: a pace is told in calls a minute, × 1,000. */
const PACE = 60_000 * 1_000;
const MICRO = 1_000_000;
/** A bucket is kept filled for so much of its demand, so that a call seldom waits for an answer. */
const BUFFER_SECONDS = 0.2;
/** A share that nobody used for so long goes back, with the calls that are left in it. */
const IDLE_MS = 600;

/**
 * What this gate holds of one rate: a bucket of its own, filled at its share of the pace. All of
 * it ends with its deadline. Metering sees to it that the shares of all gates together are never
 * more than the rate; so a gate only ever adds what its own share gives, and on the monotonic
 * clock alone: a machine's clock that jumps ahead must not fill a bucket.
 */
export class RateShare {
  readonly bucketId: string;
  /** When it ends, on the elapsed clock. */
  deadline = Number.NEGATIVE_INFINITY;
  /** Until then (elapsed) there is no more to be had than what fills the bucket. */
  noMoreUntil = Number.NEGATIVE_INFINITY;
  /** Calls that came, let through or not. */
  calls = 0;
  /** Calls let through without it since metering answered last. */
  openCalls = 0;
  /** Asks under way that name it. */
  inFlight = 0;
  readonly #clock: GateClock;
  readonly #demand: SpendingRate;
  #number = 0n;
  #held = 0;
  #burst = 0;
  #perMs = 0;
  #filledAt: number;
  /** Calls it holds beyond its burst, to be given back with the next ask. */
  #surplus = 0;
  #usedAt: number;

  /** `now` is elapsed time. */
  constructor(bucketId: string, clock: GateClock, now: number) {
    this.bucketId = bucketId;
    this.#clock = clock;
    this.#demand = new SpendingRate(now);
    this.#filledAt = clock.monotonicMs();
    this.#usedAt = now;
  }

  /** Whether a call may pass now (elapsed time). */
  covers(now: number): boolean {
    if (now >= this.deadline) return false;
    this.#fill();
    return this.#held >= 1;
  }

  /** Takes one call, which must be covered; true if it runs low and more may be had. */
  take(now: number): boolean {
    this.#held -= 1;
    this.#usedAt = now;
    return this.#held < this.#burst / 2 && now >= this.noMoreUntil;
  }

  /** Whether a call that is not covered is refused at once: asking again would bring nothing. */
  refuses(now: number): boolean {
    return now < this.noMoreUntil;
  }

  /** Calls it holds, whole. */
  get heldCalls(): number {
    this.#fill();
    return Math.floor(this.#held);
  }

  /** How long until the next call is covered, as far as this gate knows. */
  waitMs(now: number): number {
    this.#fill();
    const fillMs = this.#perMs > 0 ? (1 - this.#held) / this.#perMs : Number.POSITIVE_INFINITY;
    return Math.max(1, Math.ceil(Math.min(fillMs, Math.max(this.noMoreUntil - now, 1))));
  }

  /** What an ask says of it, for so many calls that wait. */
  held(now: number, waitingCalls: number): HeldShare {
    const perSecond = this.#demand.perSecond(now, this.calls);
    const buffer = Math.ceil(perSecond * BUFFER_SECONDS);
    const demand = BigInt(Math.ceil(Math.max(perSecond, waitingCalls) * 60_000));
    return {
      bucketId: this.bucketId,
      number: now < this.deadline ? this.#number : 0n,
      returnedMicro: toMicro(this.#surplus),
      demandPerMinuteMilli: demand,
      wantedCalls: Math.max(0, Math.max(waitingCalls, buffer) - this.heldCalls),
    };
  }

  /** What metering says, in answer to what was sent at `askedAt` (elapsed). */
  told(state: RateShareState, askedAt: number, now: number): void {
    if (state.number <= this.#number) return;
    if (now >= this.deadline) this.#held = 0;
    this.#fill();
    this.#number = state.number;
    this.#perMs = Number(state.ratePerMinuteMilli) / PACE;
    this.#burst = state.burst;
    const held = this.#held + Number(state.grantedMicro) / MICRO;
    this.#held = Math.min(held, this.#burst);
    this.#surplus = held - this.#held;
    this.deadline = askedAt + state.expiresInMs;
    const again = state.askAgainAfterMs;
    this.noMoreUntil = again > 0 ? now + again : Number.NEGATIVE_INFINITY;
    this.openCalls = 0;
  }

  /** Whether it is better given back than kept: it holds no call, or nobody uses it. */
  isIdle(now: number): boolean {
    if (this.#number === 0n || this.inFlight > 0 || now >= this.deadline) return false;
    return this.#burst === 0 || now - this.#usedAt >= IDLE_MS;
  }

  /** Whether there is anything to look after. */
  isLive(now: number): boolean {
    return this.#number !== 0n && now < this.deadline;
  }

  /** Gives it all back. Nothing of it is spent from now on, whatever becomes of the message. */
  giveBack(): ShareReturn {
    this.#fill();
    const returnedMicro = toMicro(this.#held + this.#surplus);
    const given = { bucketId: this.bucketId, number: this.#number, returnedMicro };
    this.deadline = Number.NEGATIVE_INFINITY;
    this.noMoreUntil = Number.NEGATIVE_INFINITY;
    [this.#held, this.#surplus, this.#burst, this.#perMs] = [0, 0, 0, 0];
    return given;
  }

  #fill(): void {
    const now = this.#clock.monotonicMs();
    const filled = this.#held + (now - this.#filledAt) * this.#perMs;
    this.#held = Math.min(filled, this.#burst);
    this.#filledAt = now;
  }
}

function toMicro(calls: number): bigint {
  return BigInt(Math.floor(calls * MICRO));
}
