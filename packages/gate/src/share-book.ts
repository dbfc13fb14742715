import type { GateClock } from "./gate-clock.ts";
import type { RateShareState, ShareReturn } from "./lease-protocol.ts";
import { RateShare } from "./rate-share.ts";

/** Below this many shares nobody looks for those that ended. */
const TIDY_FROM = 1_000;
/** The newest shares of a customer that are named for a bundle whose limits are not known yet. */
const NEWEST_MAX = 20;

/** All shares of one gate id, one for each rate's bucket. */
export class ShareBook {
  readonly #clock: GateClock;
  readonly #shares = new Map<string, RateShare>();
  readonly #byCustomer = new Map<string, Set<RateShare>>();
  /** Shares that are to be looked after. */
  readonly #live = new Set<RateShare>();
  #tidyAt = TIDY_FROM;

  constructor(clock: GateClock) {
    this.#clock = clock;
  }

  /** The share of a rate, made if this is the first time it is heard of. */
  shareOn(bucketId: string, customerId: string, now: number): RateShare {
    const known = this.#shares.get(bucketId);
    if (known !== undefined) return known;
    if (this.#shares.size >= this.#tidyAt) this.#tidy(now);
    const share = new RateShare(bucketId, this.#clock, now);
    this.#shares.set(bucketId, share);
    const own = this.#byCustomer.get(customerId) ?? new Set();
    this.#byCustomer.set(customerId, own.add(share));
    return share;
  }

  /** The newest shares of a customer's rates, its keys' own ones included. */
  newestOf(customerId: string): RateShare[] {
    return [...(this.#byCustomer.get(customerId) ?? [])].slice(-NEWEST_MAX);
  }

  /** Whether a share is one of this book's. */
  has(share: RateShare): boolean {
    return this.#shares.get(share.bucketId) === share;
  }

  /** Takes over what metering says, in answer to what was sent at `askedAt` (elapsed). */
  apply(states: readonly RateShareState[], askedAt: number, now: number): void {
    for (const state of states) {
      const share = this.#shares.get(state.bucketId);
      if (share === undefined) continue;
      share.told(state, askedAt, now);
      this.#live.add(share);
    }
  }

  /** Whether shares have to be looked after. */
  get isLive(): boolean {
    return this.#live.size > 0;
  }

  /** Gives back what is not used, or with `all` whatever is held. */
  giveBack(now: number, all = false): ShareReturn[] {
    const returns: ShareReturn[] = [];
    for (const share of this.#live) {
      if (share.isIdle(now) || (all && share.isLive(now))) returns.push(share.giveBack());
      if (!share.isLive(now)) this.#live.delete(share);
    }
    return returns;
  }

  #tidy(now: number): void {
    for (const [bucketId, share] of this.#shares) {
      if (!share.isLive(now) && share.inFlight === 0) this.#shares.delete(bucketId);
    }
    for (const [customerId, shares] of this.#byCustomer) {
      for (const share of shares) if (!this.has(share)) shares.delete(share);
      if (shares.size === 0) this.#byCustomer.delete(customerId);
    }
    this.#tidyAt = Math.max(TIDY_FROM, this.#shares.size * 2);
  }
}
