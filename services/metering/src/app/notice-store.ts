import type { Interval } from "@tollbook/domain";

/** A customer who used to call and does not. */
export interface SilentCustomer {
  readonly customerId: string;
  /** Start of the quarter hour of its last call, refused ones included. */
  readonly lastBucket: Date;
}

/** A customer's calls in an hour beside the sum of the same hours before. */
export interface SpikedCustomer {
  readonly customerId: string;
  readonly calls: bigint;
  readonly callsBefore: bigint;
}

/** What is unusual about an account's usage. */
export interface NoticeStore {
  /** Locks the account's row and gives how far was looked; made, up to `first`, if it is new. */
  lock(first: Date): Promise<Date>;
  advance(until: Date): Promise<void>;
  /**
   * Customers whose last live call lies in a span that ended before `end`, who had called on some
   * days of the week before it.
   */
  silent(span: Interval, end: Date): Promise<SilentCustomer[]>;
  /** Customers with at least so many calls in an hour, `factor` times the mean of those before. */
  spiked(
    hour: Interval,
    before: readonly Interval[],
    bounds: { readonly factor: number; readonly callsMin: number },
  ): Promise<SpikedCustomer[]>;
  /** Notes their unusual hour; gives those whose hour before, which begins here, was none. */
  noteSpikes(customerIds: readonly string[], hour: Date, hourBefore: Date): Promise<string[]>;
}
