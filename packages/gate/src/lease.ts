import type { GateSettings } from "./gate-settings.ts";
import type { KnownLease } from "./lease-protocol.ts";
import { SpendingRate } from "./spending-rate.ts";

/** How long units may lie unused: see GateSettings. */
export type Idleness = Pick<GateSettings, "idleMs" | "idleInTailMs">;

/**
 * What this gate holds of one counter, to spend without asking.
 *
 *     none ──grant──▶ held ──deadline or window over──▶ lapsed ──grant──▶ held
 *                      │ take: unspent shrinks, a hold leaves with the call
 *                      │ give back: unspent shrinks, `returned` grows
 *                      └──close──▶ closed: whatever is granted goes straight back
 *
 * Always spent + returned + unspent = granted. Totals only grow, so every message about them may
 * be lost, repeated or late. What lapses counts as given back: it is never spent again. A lease
 * must not be forgotten while its window lasts, or an old total would look like a new grant.
 */
export class Lease {
  readonly counterId: string;
  readonly windowStartMs: number;
  readonly windowEndMs: number;
  /** Units that may be taken while `usable`. A number: it never exceeds a few seconds' demand. */
  unspent = 0;
  /** When it ends, on the elapsed clock. */
  deadline = Number.NEGATIVE_INFINITY;
  /** Below this many units it is time to ask for more. */
  lowWater = 0;
  /** Little is left for all gates together: hold no more than is needed now. */
  tail = false;
  /** Until then (elapsed) there is no room for a call that costs `noRoomCost` or more. */
  noRoomUntil = Number.NEGATIVE_INFINITY;
  noRoomCost = 0;
  /** Calls let through without units since metering answered last. */
  openCalls = 0;
  readonly spending: SpendingRate;
  #granted = 0n;
  #returned = 0n;
  #reported = 0n;
  #closed = false;
  #lifetimeMs = 0;
  #mark = { at: 0, unspent: 0, taken: 0 };

  /** The window is in business time; `now` is elapsed time. */
  constructor(counterId: string, windowStartMs: number, windowEndMs: number, now: number) {
    this.spending = new SpendingRate(now);
    this.counterId = counterId;
    this.windowStartMs = windowStartMs;
    this.windowEndMs = windowEndMs;
  }

  /** Whether a call of this cost is covered now (elapsed time, business time). */
  covers(cost: number, now: number, businessMs: number): boolean {
    return this.unspent >= cost && now < this.deadline && businessMs < this.windowEndMs;
  }

  /** All units calls ever took. */
  get taken(): number {
    return Number(this.#granted - this.#returned) - this.unspent;
  }

  /**
   * What metering says of this lease, in answer to what was sent at `askedAt` (elapsed). An answer
   * that outlived what it grants grants nothing: somebody else may have been given it since.
   */
  granted(total: bigint, expiresInMs: number, askedAt: number, now: number): void {
    if (now >= this.deadline) this.giveBack(this.unspent);
    const lasts = now < askedAt + expiresInMs || this.#closed;
    if (lasts && total > this.#granted) this.#add(total - this.#granted, now);
    if (expiresInMs > 0) this.#lifetimeMs = expiresInMs;
    this.deadline = Math.max(this.deadline, askedAt + expiresInMs);
    if (expiresInMs === 0) this.deadline = Number.NEGATIVE_INFINITY;
    if (this.#closed || now >= this.deadline) this.giveBack(this.unspent);
  }

  /** Promises never to spend these units; metering hears of it with the next message. */
  giveBack(units: number): void {
    this.unspent -= units;
    this.#returned += BigInt(units);
  }

  /** Gives everything back, now and whenever more should come. */
  close(): void {
    this.#closed = true;
    this.giveBack(this.unspent);
  }

  /** Gives back what lapsed, and what lay unused for too long. */
  sweep(now: number, businessMs: number, { idleMs, idleInTailMs }: Idleness): void {
    if (now >= this.deadline || businessMs >= this.windowEndMs) this.giveBack(this.unspent);
    const patienceMs = this.tail ? idleInTailMs : Math.min(idleMs, this.#lifetimeMs / 3);
    if (now - this.#mark.at < patienceMs) return;
    const unused = this.#mark.unspent - (this.taken - this.#mark.taken);
    if (unused > 0) this.giveBack(Math.min(unused, this.unspent));
    this.#setMark(now);
  }

  /** Whether metering has not confirmed all that was given back. */
  get unreported(): boolean {
    return this.#returned > this.#reported;
  }

  get returnedTotal(): bigint {
    return this.#returned;
  }

  /** Metering has heard of this much given back. */
  reported(returnedTotal: bigint): void {
    if (returnedTotal > this.#reported) this.#reported = returnedTotal;
  }

  known(): KnownLease {
    return {
      counterId: this.counterId,
      grantedTotal: this.#granted,
      returnedTotal: this.#returned,
      unspent: BigInt(this.unspent),
    };
  }

  #add(units: bigint, now: number): void {
    this.#granted += units;
    const room = BigInt(Number.MAX_SAFE_INTEGER - this.unspent);
    const taken = units > room ? room : units;
    this.#returned += units - taken; // more than a number can count exactly
    const wasEmpty = this.unspent === 0;
    this.unspent += Number(taken);
    if (wasEmpty) this.#setMark(now);
  }

  #setMark(now: number): void {
    this.#mark = { at: now, unspent: this.unspent, taken: this.taken };
  }
}
