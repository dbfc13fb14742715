import type { Rate } from "@tollbook/domain";
import { type Claimant, fairShare } from "./fair-share.ts";
import { type BucketLevel, freeOf, least, levelAt, MICRO, most, positive } from "./rate-bucket.ts";

/** A gate's share as the database has it. */
export interface ShareRow {
  readonly gateId: string;
  /** What it may hold at most: what it was told last, and what it confirmed before. */
  perMinuteMilli: bigint;
  burst: bigint;
  /** What it was told last. */
  toldPerMinuteMilli: bigint;
  toldBurst: bigint;
  /** Goes up with each answer. */
  number: bigint;
  demand: bigint;
  turnUs: bigint;
  /** Until then it counts, by the database's clock. */
  expiresUs: bigint;
}

/** What a gate says of its share, and wants. */
export interface HeldShare {
  readonly bucketId: string;
  readonly number: bigint;
  readonly returnedMicro: bigint;
  readonly demand: bigint;
  readonly wantedCalls: bigint;
}

/** What a gate is told. */
export interface RateShare {
  readonly bucketId: string;
  readonly number: bigint;
  readonly perMinuteMilli: bigint;
  readonly burst: bigint;
  readonly grantedMicro: bigint;
  readonly expiresInMs: number;
  readonly askAgainAfterMs: number;
}

/** A share lasts so long from the ask; by then a gate has asked again or is gone. */
export const SHARE_LIFETIME_MS = 2_000;
const LIFETIME_US = BigInt(SHARE_LIFETIME_MS) * 1_000n;
/** When the bucket fills for nobody, only another gate's next ask can free something. */
const ASK_AGAIN_MAX_MS = 500;
const ASK_AGAIN_MIN_MS = 25;
/** Somebody's turn ends within a second. */
const ASK_FOR_TURN_MS = 150;

/**
 * One rate's bucket and the shares of it, worked on in memory and written once. What gates hold is
 * counted as the most they may hold: a smaller share counts once the gate has confirmed it.
 */
export class RateDesk {
  readonly bucketId: string;
  readonly rate: Rate;
  readonly #nowUs: bigint;
  readonly #shares: Map<string, ShareRow>;
  #micro: bigint;

  constructor(
    bucketId: string,
    rate: Rate,
    level: BucketLevel,
    shares: readonly ShareRow[],
    nowUs: bigint,
  ) {
    this.bucketId = bucketId;
    this.rate = rate;
    this.#micro = levelAt(level, rate, shares, nowUs).micro;
    this.#nowUs = most(nowUs, level.atUs);
    const live = shares.filter(({ expiresUs }) => expiresUs > nowUs);
    this.#shares = new Map(live.map((share) => [share.gateId, { ...share }]));
  }

  /** Takes what a gate says and gives it the share it ought to have, as far as it is free. */
  offer(gateId: string, held: HeldShare): RateShare {
    const own = this.#shares.get(gateId) ?? newShare(gateId);
    this.#confirm(own, held.number, held.returnedMicro);
    own.demand = held.demand;
    own.expiresUs = this.#nowUs + LIFETIME_US;
    this.#shares.set(gateId, own);
    const others = [...this.#shares.values()].filter((share) => share !== own);
    const free = freeOf(this.rate, others);
    const fair = fairShare(this.rate, this.#claimants(gateId, held.wantedCalls), gateId);
    const burst = least(fair.burst, free.burst);
    this.#tell(own, burst === 0n ? 0n : least(fair.perMinuteMilli, free.perMinuteMilli), burst);
    const grantedMicro = this.#take(held.wantedCalls * MICRO, burst * MICRO);
    const isShort = grantedMicro < held.wantedCalls * MICRO;
    return {
      bucketId: this.bucketId,
      number: own.number,
      perMinuteMilli: own.toldPerMinuteMilli,
      ...{ burst, grantedMicro },
      expiresInMs: SHARE_LIFETIME_MS,
      askAgainAfterMs: isShort ? this.#askAgainMs(burst) : 0,
    };
  }

  /** A gate gives its whole share up. A repeat, or an answer it does not know, changes nothing. */
  giveBack(gateId: string, number: bigint, returnedMicro: bigint): void {
    const own = this.#shares.get(gateId);
    if (own === undefined || own.number !== number) return;
    // Who was told to wait for its turn still wants one; who gives up what it has does not.
    if (own.toldBurst > 0n) own.demand = 0n;
    this.#tell(own, 0n, 0n);
    own.perMinuteMilli = 0n;
    own.burst = 0n;
    this.#add(returnedMicro);
  }

  /** Calls that no gate holds. */
  get freeCalls(): bigint {
    return this.#micro / MICRO;
  }

  /** What gates hold together, and how many do. */
  get shared(): Rate & { shares: number } {
    const holders = [...this.#shares.values()].filter(({ burst }) => burst > 0n);
    const sum = (of: (share: ShareRow) => bigint) =>
      holders.reduce((all, one) => all + of(one), 0n);
    return {
      perMinuteMilli: sum(({ perMinuteMilli }) => perMinuteMilli),
      burst: sum(({ burst }) => burst),
      shares: holders.length,
    };
  }

  get level(): BucketLevel {
    return { micro: this.#micro, atUs: this.#nowUs };
  }

  share(gateId: string): ShareRow | undefined {
    return this.#shares.get(gateId);
  }

  /** A gate that speaks of the last answer holds that and no more; what it returns comes back. */
  #confirm(own: ShareRow, number: bigint, returnedMicro: bigint): void {
    if (own.number !== number || number === 0n) return;
    own.perMinuteMilli = own.toldPerMinuteMilli;
    own.burst = own.toldBurst;
    this.#add(returnedMicro);
  }

  #claimants(gateId: string, wanted: bigint): Claimant[] {
    const claimants = [...this.#shares.values()].filter((share) => {
      return share.gateId === gateId || share.demand > 0n;
    });
    return claimants.map((share) => ({
      ...{ gateId: share.gateId, demand: share.demand, turnUs: share.turnUs },
      wanted: share.gateId === gateId ? wanted : 0n,
      holds: share.toldBurst > 0n,
    }));
  }

  #tell(own: ShareRow, perMinuteMilli: bigint, burst: bigint): void {
    if (burst > 0n !== own.toldBurst > 0n) own.turnUs = this.#nowUs;
    own.number += 1n;
    own.toldPerMinuteMilli = perMinuteMilli;
    own.toldBurst = burst;
    own.perMinuteMilli = most(own.perMinuteMilli, perMinuteMilli);
    own.burst = most(own.burst, burst);
  }

  /** Calls move with the room for them: what no longer fits the bucket goes to the gate. */
  #take(wantedMicro: bigint, atMostMicro: bigint): bigint {
    const overflow = positive(this.#micro - this.#capacityMicro());
    const micro = least(least(this.#micro, most(wantedMicro, overflow)), atMostMicro);
    this.#micro -= micro;
    this.#add(0n);
    return micro;
  }

  #add(micro: bigint): void {
    this.#micro = least(this.#micro + micro, this.#capacityMicro());
  }

  #capacityMicro(): bigint {
    return freeOf(this.rate, [...this.#shares.values()]).burst * MICRO;
  }

  #askAgainMs(burst: bigint): number {
    if (burst === 0n) return ASK_FOR_TURN_MS;
    const { perMinuteMilli } = freeOf(this.rate, [...this.#shares.values()]);
    if (perMinuteMilli === 0n) return ASK_AGAIN_MAX_MS;
    for (let ms = ASK_AGAIN_MIN_MS; ms < ASK_AGAIN_MAX_MS; ms *= 2) {
      if (this.#micro + (perMinuteMilli * BigInt(ms)) / 60n >= MICRO) return ms;
    }
    return ASK_AGAIN_MAX_MS;
  }
}

function newShare(gateId: string): ShareRow {
  const nothing = { perMinuteMilli: 0n, burst: 0n, toldPerMinuteMilli: 0n, toldBurst: 0n };
  return { gateId, ...nothing, number: 0n, demand: 0n, turnUs: 0n, expiresUs: 0n };
}
