import type {
  HeldShare,
  LeaseAsk,
  LeaseRelease,
  LeaseRequest,
  LimitTerms,
  RateShareState,
  ShareReturn,
} from "../src/lease-protocol.ts";
import type { LimitRule } from "./reference-counter.ts";

/** A rate as a test states it. */
export interface ReferenceRate {
  readonly perMinute: number;
  readonly burst: number;
}

/** The rates of an account, each with its bucket. */
export class ReferenceRates {
  readonly #buckets = new Map<string, ReferenceBucket>();

  /** A gate's share of every rate of its asks, each once. */
  share(
    { gateId, asks, shares }: LeaseRequest,
    rulesOf: (ask: LeaseAsk) => LimitRule[],
    now: number,
  ): RateShareState[] {
    const buckets = new Set<ReferenceBucket>();
    for (const rule of asks.flatMap(rulesOf)) {
      if (rule.rate !== undefined) buckets.add(this.#bucketOf(rule, rule.rate, now));
    }
    return [...buckets].map((bucket) => {
      const held = shares.find(({ bucketId }) => bucketId === bucket.bucketId);
      return bucket.offer(gateId, held, now);
    });
  }

  takeBack({ gateId, shareReturns }: LeaseRelease, now: number): void {
    for (const back of shareReturns) this.#buckets.get(back.bucketId)?.giveBack(gateId, back, now);
  }

  terms(rule: LimitRule): LimitTerms {
    const { perMinute, burst } = rule.rate ?? { perMinute: 0, burst: 0 };
    const counterId = bucketIdOf(rule);
    return {
      ...{ limitId: rule.name, name: rule.name, counterId, meterId: "", version: 1n },
      ...{ hard: true, limit: BigInt(burst), consumed: 0n, costPerCall: 1, exhausted: false },
      ...{ refusal: "RATE_LIMITED", failureMode: rule.failureMode },
      remaining: BigInt(this.#buckets.get(counterId)?.free ?? 0),
      ratePerMinuteMilli: BigInt(perMinute * 1_000),
    };
  }

  #bucketOf(rule: LimitRule, rate: ReferenceRate, now: number): ReferenceBucket {
    const bucketId = bucketIdOf(rule);
    const bucket = this.#buckets.get(bucketId) ?? new ReferenceBucket(bucketId, rate, now);
    this.#buckets.set(bucketId, bucket);
    return bucket;
  }
}

function bucketIdOf({ customerId, name }: LimitRule): string {
  return `${customerId}/${name}`;
}

interface Share {
  number: bigint;
  /** What it was told, and the most it may hold. */
  told: { perMinute: number; burst: number };
  most: { perMinute: number; burst: number };
  expiresAt: number;
}

const LIFETIME_MS = 2_000;
const NOTHING = { perMinute: 0, burst: 0 };

/**
 * What metering promises of one rate, in memory, and as simple as can be: gates that asked lately
 * share it equally, each as far as it is free.
 */
class ReferenceBucket {
  readonly bucketId: string;
  readonly rate: ReferenceRate;
  readonly #shares = new Map<string, Share>();
  #level: number;
  #at: number;

  constructor(bucketId: string, rate: ReferenceRate, now: number) {
    this.bucketId = bucketId;
    this.rate = rate;
    this.#level = rate.burst;
    this.#at = now;
  }

  offer(gateId: string, held: HeldShare | undefined, now: number): RateShareState {
    this.#settle(now);
    const none = { number: 0n, told: NOTHING, most: NOTHING, expiresAt: 0 };
    const own = this.#shares.get(gateId) ?? none;
    this.#shares.set(gateId, own);
    if (held !== undefined && held.number === own.number && held.number > 0n) {
      own.most = own.told;
      this.#level += Number(held.returnedMicro) / 1e6;
    }
    const free = this.#freeBut(own);
    const sharers = this.#shares.size;
    const burst = Math.min(free.burst, Math.max(1, Math.floor(this.rate.burst / sharers)));
    const pace = Math.min(free.perMinute, this.rate.perMinute / sharers);
    own.told = { burst, perMinute: burst === 0 ? 0 : Math.floor(pace) };
    own.most = {
      burst: Math.max(own.most.burst, burst),
      perMinute: Math.max(own.most.perMinute, own.told.perMinute),
    };
    own.number += 1n;
    own.expiresAt = now + LIFETIME_MS;
    const wanted = held?.wantedCalls ?? burst;
    const overflow = Math.max(0, this.#level - this.#room());
    const granted = Math.min(this.#level, Math.max(wanted, overflow), burst);
    this.#level = Math.min(this.#level - granted, this.#room());
    return {
      ...{ bucketId: this.bucketId, number: own.number, burst, expiresInMs: LIFETIME_MS },
      ratePerMinuteMilli: BigInt(own.told.perMinute * 1_000),
      grantedMicro: BigInt(Math.floor(granted * 1e6)),
      askAgainAfterMs: granted < Math.min(wanted, 1) ? 100 : 0,
    };
  }

  giveBack(gateId: string, { number, returnedMicro }: ShareReturn, now: number): void {
    this.#settle(now);
    const own = this.#shares.get(gateId);
    if (own === undefined || own.number !== number) return;
    own.number += 1n;
    [own.told, own.most] = [NOTHING, NOTHING];
    this.#level = Math.min(this.#level + Number(returnedMicro) / 1e6, this.#room());
  }

  /** Calls that no gate holds. */
  get free(): number {
    return Math.floor(this.#level);
  }

  /** Fills step by step, a millisecond each: slow, and plainly right. */
  #settle(now: number): void {
    for (; this.#at < now; this.#at += 1) {
      for (const [gateId, { expiresAt }] of this.#shares) {
        if (expiresAt <= this.#at) this.#shares.delete(gateId);
      }
      const { perMinute } = this.#freeBut(undefined);
      this.#level = Math.min(this.#level + perMinute / 60_000, this.#room());
    }
  }

  #room(): number {
    return this.#freeBut(undefined).burst;
  }

  #freeBut(own: Share | undefined): ReferenceRate {
    let { perMinute, burst } = this.rate;
    for (const share of this.#shares.values()) {
      if (share === own) continue;
      perMinute -= share.most.perMinute;
      burst -= share.most.burst;
    }
    return { perMinute: Math.max(0, perMinute), burst: Math.max(0, burst) };
  }
}
