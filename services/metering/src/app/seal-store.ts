import type { Interval } from "@tollbook/domain";
import type { Meter } from "../domain/meter.ts";
import type { PlaceSums } from "../domain/meter-rule.ts";
import type { SealedUnits } from "../domain/sealed-units.ts";

/** A seal as it is kept. */
export interface Seal {
  readonly sealNumber: number;
  readonly usageSha256: Buffer;
  /** Live calls over all seals up to this one. */
  readonly calls: bigint;
  readonly sealTime: Date;
}

/** A subscription's billing period. */
export interface PeriodKey extends Interval {
  readonly customerId: string;
  readonly subscriptionId: string;
}

/** Whose usage: a subscription's, or a key's. */
export interface UsageSubject {
  readonly customerId: string;
  readonly subscriptionId?: string;
  readonly keyId?: string;
}

/** A period with the number of a seal of it; 0 before the first. */
export interface NumberedPeriod extends PeriodKey {
  readonly sealNumber: number;
}

/** Billing periods and their seals. What takes several answers each in its place. */
export interface SealStore {
  /**
   * Makes those that were not told yet, under their customers' locks. Committed before any is
   * locked: their locks would come before others' in the order.
   */
  makePeriods(periods: readonly PeriodKey[]): Promise<void>;
  /** Locks rows that are there FOR UPDATE, sorted; gives the number of each one's newest seal. */
  lockPeriods(periods: readonly PeriodKey[]): Promise<number[]>;
  /** Whether live usage came after that seal. */
  haveLateUsage(periods: readonly NumberedPeriod[]): Promise<boolean[]>;
  /** SHA-256 and live calls over rollups up to that seal. */
  digests(periods: readonly NumberedPeriod[]): Promise<{ sha256: Buffer; calls: bigint }[]>;
  addSeals(seals: readonly { period: PeriodKey; seal: Seal }[]): Promise<void>;
  /** One seal of each, or the newest if no number is given. */
  findSeals(
    periods: readonly (PeriodKey & { readonly sealNumber: number | undefined })[],
  ): Promise<(Seal | undefined)[]>;
  /** Live calls by kind over all seals up to that number, cut at these times; starts are some. */
  calls(periods: readonly NumberedPeriod[], cuts: readonly Date[]): Promise<PlaceSums[][]>;
  /** What meters counted of one period that look at each call, by stretch. */
  metered(
    period: PeriodKey,
    stretches: readonly Interval[],
    sealNumber: number,
    meters: readonly Meter[],
  ): Promise<SealedUnits[]>;
  /** Calls of a subject in a span by kind, over open and sealed rollups, cut at these times. */
  callsOf(
    subject: UsageSubject,
    span: Interval,
    cuts: readonly Date[],
  ): Promise<(PlaceSums & { readonly test: boolean })[]>;
  /** What a meter counted of a subject that looks at each call and adds up, live and test. */
  meteredOf(
    subject: UsageSubject,
    span: Interval,
    meterId: string,
  ): Promise<{ live: bigint; test: bigint }>;
  /** Locks rollups of a customer that no subscription was charged for, before its fence. */
  lockUnclaimed(customerId: string, span: Interval): Promise<boolean>;
  /**
   * Moves usage that no subscription was charged for to the one that was in force after all,
   * into the rollups that its periods' next seals will close: of all the customer's keys if it is
   * the default, else of keys that name it. Gives the cells it moved from and to.
   */
  adopt(
    subscription: { customerId: string; subscriptionId: string; isDefault: boolean },
    span: Interval,
  ): Promise<readonly number[]>;
}
