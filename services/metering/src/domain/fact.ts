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

/** What metering tells. */
export type Fact = QuotaFact | PeriodSealed | EndpointsOverflowed;
