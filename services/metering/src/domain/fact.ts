import type { Interval, Window } from "@tollbook/domain";

/** A limit was used to a percentage, or used up. */
export interface QuotaFact {
  readonly kind: "threshold-crossed" | "exhausted";
  readonly customerId: string;
  readonly limitId: string;
  readonly limitName: string;
  readonly percent: number;
  readonly used: bigint;
  readonly quota: bigint;
  readonly window: Window;
  readonly span: Interval;
  readonly limitVersion: bigint;
  readonly hard: boolean;
}

/** A billing period's usage is closed. */
export interface PeriodSealed {
  readonly kind: "period-sealed";
  readonly customerId: string;
  readonly subscriptionId: string;
  readonly span: Interval;
  readonly splitTimes: readonly Date[];
  readonly sealNumber: number;
  /** Units by meter over all seals up to this one. */
  readonly totals: ReadonlyMap<string, bigint>;
  readonly usageSha256: Buffer;
}

/** An account had more new endpoints in a month than are told apart. */
export interface EndpointsOverflowed {
  readonly kind: "endpoints-overflowed";
  /** Its first day in UTC. */
  readonly month: string;
  readonly endpointsMax: number;
  /** The first that is counted as `other`. */
  readonly endpoint: string;
}

/** Who made units of vanished gates free. */
export interface ReclaimedBy {
  /** The member who vouched for it; empty if nobody did. */
  readonly memberId: string;
  readonly requestId: string;
  /** If nobody did: how long after a lease's end its units are reclaimed. */
  readonly reclaimAfterMs: number;
}

/** Units of vanished gates were made free again. */
export interface StrandedReleased extends ReclaimedBy {
  readonly kind: "stranded-released";
  readonly customerId: string;
  readonly limitId: string;
  readonly limitName: string;
  readonly subjectId: string;
  readonly units: bigint;
  readonly span: Interval;
  readonly test: boolean;
}

/** A customer who used to call has not called for some hours. */
export interface UsageSilent {
  readonly kind: "usage-silent";
  readonly customerId: string;
  /** Start of the quarter hour of the last call. */
  readonly lastBucket: Date;
  readonly hours: number;
}

/** A customer began to call many times as much as usual at this hour of the week. */
export interface UsageSpiked {
  readonly kind: "usage-spiked";
  readonly customerId: string;
  readonly hourStart: Date;
  readonly calls: bigint;
  readonly usualCalls: bigint;
}

/** What metering tells. */
export type Fact =
  | QuotaFact
  | PeriodSealed
  | EndpointsOverflowed
  | StrandedReleased
  | UsageSilent
  | UsageSpiked;
