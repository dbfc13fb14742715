import type { CounterKey } from "../domain/counter.ts";
import type { RateShare } from "../domain/rate-desk.ts";
import type { RateLimit } from "../domain/rate-limit.ts";
import type { UsageLimit } from "../domain/usage-limit.ts";

/** One limit that applies to an ask, as it stands after the answer. */
export interface AppliedLimit {
  readonly limit: UsageLimit;
  readonly counter: CounterKey;
  readonly consumed: bigint;
  readonly remaining: bigint;
  readonly costPerCall: bigint;
  /** It was this limit that had no room for a call. */
  readonly exhausted: boolean;
}

/** A rate that applies to an ask, as its bucket stands after the answer. */
export interface AppliedRate {
  readonly limit: RateLimit;
  readonly bucketId: string;
  /** Calls that no gate holds. */
  readonly remaining: bigint;
  /** The gate has no share of it. */
  readonly exhausted: boolean;
}

/** What one ask was given. */
export interface LeaseGrant {
  readonly grantedCalls: number;
  readonly limits: readonly AppliedLimit[];
  readonly rates: readonly AppliedRate[];
  readonly validForMs: number;
  readonly askAgainAfterMs: number;
  readonly planName: string;
  readonly customerId: string;
  /** It cannot be known which limits apply; the rest means nothing then. */
  readonly unknown: boolean;
}

/** One lease as the database has it after the answer. */
export interface LeaseState {
  readonly counterId: string;
  readonly grantedTotal: bigint;
  readonly expiresInMs: number;
}

/** The answer to a gate. */
export interface LeaseAnswer {
  readonly grants: readonly LeaseGrant[];
  readonly leases: readonly LeaseState[];
  /** Meters that want each call as an event. */
  readonly eventMeterIds: readonly string[];
  readonly shares: readonly RateShare[];
}

/** An answer is trusted for so long: that is how fast a raised limit is felt. */
export const VALID_FOR_MS = 2_000;

/** The answer to an ask whose limits cannot be known. */
export const UNKNOWN: LeaseGrant = {
  grantedCalls: 0,
  limits: [],
  rates: [],
  validForMs: 0,
  askAgainAfterMs: 0,
  planName: "",
  customerId: "",
  unknown: true,
};
