import type { RateLimit } from "./rate-limit.ts";

/** A rate as its bucket stands. */
export interface RateState {
  readonly limit: RateLimit;
  /** Calls that no gate holds. */
  readonly remaining: bigint;
  /** The part of the burst that gates hold. */
  readonly leased: bigint;
  /** The part of the pace that gates hold. */
  readonly sharedPerMinuteMilli: bigint;
  /** Gates that hold some. */
  readonly shares: number;
}
