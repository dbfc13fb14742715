import type { Rate } from "@tollbook/domain";
import { namedUuid } from "./named-uuid.ts";
import type { FailureMode } from "./usage-limit.ts";

/** How fast calls may come: a bucket that all gates share. It counts nothing and never resets. */
export interface RateLimit extends Rate {
  readonly limitId: string;
  readonly name: string;
  /** Whose bucket: a subscription, or a key for limits of its own. */
  readonly subjectId: string;
  readonly customerId: string;
  readonly failureMode: FailureMode;
  /** Calls a gate may let through in failure mode open. */
  readonly openBudgetCalls: bigint;
  /** The version of its owner (entitlement or key) at which this limit last changed. */
  readonly version: bigint;
}

/** What makes a rate the rate it is. */
export type RateTerms = Omit<RateLimit, "version">;

/** Whether a limit is a rate, and no quota. */
export function isRate<Limit extends object>(limit: Limit | RateLimit): limit is RateLimit {
  return "perMinuteMilli" in limit;
}

/** Whether both mean the same, so that a new version of the owner is no new version of this. */
export function sameRate(one: RateTerms, other: RateTerms): boolean {
  return (
    one.name === other.name &&
    one.perMinuteMilli === other.perMinuteMilli &&
    one.burst === other.burst &&
    one.failureMode === other.failureMode &&
    one.openBudgetCalls === other.openBudgetCalls
  );
}

/** The bucket of a rate: live and test keys have one each. */
export function bucketIdOf(
  accountId: string,
  { subjectId, limitId }: Pick<RateLimit, "subjectId" | "limitId">,
  test: boolean,
): string {
  return namedUuid([accountId, subjectId, "rate", limitId, test ? "test" : "live"].join(" "));
}
