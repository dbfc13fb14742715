import type { Window } from "@tollbook/domain";

/** What a gate does about a limit while metering cannot be reached; "default": as the account. */
export type FailureMode = "default" | "closed" | "open";

/** A number on a counter: how much a subject may use of a meter in a window. */
export interface UsageLimit {
  readonly limitId: string;
  readonly name: string;
  /** Whose counter: a subscription, or a key for limits of its own. */
  readonly subjectId: string;
  readonly customerId: string;
  readonly meterId: string;
  readonly window: Window;
  readonly quota: bigint;
  /** Hard limits refuse; soft ones let through, and are charged for. */
  readonly hard: boolean;
  /** A hard limit refuses only at its quota × (100 + this) / 100. */
  readonly headroomPercent: number;
  readonly failureMode: FailureMode;
  /** Calls a gate may let through in failure mode open. */
  readonly openBudgetCalls: bigint;
  /** The version of its owner (entitlement or key) at which this limit last changed. */
  readonly version: bigint;
  /** Windows that began earlier were not counted for it. */
  readonly countedFrom: Date;
}

/** What makes a limit the limit it is; the rest is when metering learned of it. */
export type LimitTerms = Omit<UsageLimit, "version" | "countedFrom">;

/** The units at which a hard limit refuses: its quota and its headroom. */
export function refusesAt({ quota, headroomPercent }: UsageLimit): bigint {
  return (quota * BigInt(100 + headroomPercent)) / 100n;
}

/** Whether both mean the same, so that a new version of the owner is no new version of this. */
export function sameTerms(one: LimitTerms, other: LimitTerms): boolean {
  return (
    one.name === other.name &&
    sameCounter(one, other) &&
    one.quota === other.quota &&
    one.hard === other.hard &&
    one.headroomPercent === other.headroomPercent &&
    one.failureMode === other.failureMode &&
    one.openBudgetCalls === other.openBudgetCalls
  );
}

/** Whether both limits stand on the same counters. */
export function sameCounter(one: LimitTerms, other: LimitTerms): boolean {
  return (
    one.subjectId === other.subjectId &&
    one.meterId === other.meterId &&
    one.window === other.window
  );
}
