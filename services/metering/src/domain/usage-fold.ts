import { MINUTE_MS, quarterHourStart } from "@tollbook/domain";
import {
  type BillingPeriod,
  billingPeriodAt,
  type CustomerBook,
  type KeyReference,
  type Subscription,
  subscriptionInForce,
} from "./customer-book.ts";
import { nested } from "./nested-map.ts";
import { statusClassOf, type UsageHeading } from "./usage-heading.ts";
import type { UsageItem } from "./usage-item.ts";
import { sumsOf, type UsageSums } from "./usage-sums.ts";

/** Whose usage it is. */
export interface KnownCaller {
  readonly book: CustomerBook;
  readonly key: KeyReference | undefined;
}

/** What usage is summed by; interned to a number in the database. */
export interface CellDimensions {
  readonly customerId: string;
  readonly keyId: string | undefined;
  readonly subscriptionId: string | undefined;
  readonly endpoint: string;
  readonly method: string;
  readonly statusClass: number;
  readonly test: boolean;
}

/** Items of one heading and whose they are: where they count is worked out once for all of them. */
export interface UsageFold {
  readonly book: CustomerBook;
  readonly key: KeyReference | undefined;
  /** The one in force at the start of its quarter hour. */
  readonly subscription: Subscription | undefined;
  readonly period: BillingPeriod | undefined;
  readonly minute: Date;
  readonly bucketStart: Date;
  readonly status: number;
  /** Refused calls used nothing: only that they were refused is counted. */
  readonly refused: boolean;
  readonly dimensions: CellDimensions;
  readonly items: readonly UsageItem[];
  /** What its items add up to. */
  readonly sums: UsageSums;
}

/** A fold that is still growing: its sums come last. */
type OpenFold = UsageFold & { readonly items: UsageItem[]; sums: UsageSums };

/** Where a caller's usage of one minute falls. */
type CallerMinute = Pick<UsageFold, "minute" | "bucketStart" | "subscription" | "period">;

/** Folds the items of one batch. */
export class UsageFolder {
  readonly #folds = new Map<UsageHeading, OpenFold>();
  readonly #minutes = new Map<KnownCaller, Map<number, CallerMinute>>();

  /** Adds an item, whose heading comes from the same `UsageHeadings` as the others'. */
  add(item: UsageItem, caller: KnownCaller): void {
    const { heading } = item;
    const fold = this.#folds.get(heading);
    if (fold !== undefined) fold.items.push(item);
    else this.#folds.set(heading, newFold(item, caller, this.#minuteOf(heading, caller)));
  }

  folds(): UsageFold[] {
    const folds = [...this.#folds.values()];
    for (const fold of folds) fold.sums = sumsOf(fold.items);
    return folds;
  }

  #minuteOf({ minute }: UsageHeading, caller: KnownCaller): CallerMinute {
    const minutes = nested(this.#minutes, caller);
    const known = minutes.get(minute);
    if (known !== undefined) return known;
    const found = findMinute(caller, new Date(minute * MINUTE_MS));
    minutes.set(minute, found);
    return found;
  }
}

/** Finds the subscription and billing period that usage falls into. */
function findMinute({ book, key }: KnownCaller, minute: Date): CallerMinute {
  const bucketStart = quarterHourStart(minute);
  const subscription = subscriptionInForce(book, key?.subscriptionId, bucketStart);
  return { minute, bucketStart, subscription, period: billingPeriodAt(subscription, bucketStart) };
}

const NO_SUMS: UsageSums = { count: 0n, units: 0n, bytes: 0n };

// On the way of every cell: one object with all its properties at once, which V8 makes fastest.
function newFold(item: UsageItem, { book, key }: KnownCaller, when: CallerMinute): OpenFold {
  const { heading } = item;
  const dimensions: CellDimensions = {
    customerId: book.customerId,
    keyId: key?.keyId,
    subscriptionId: when.subscription?.subscriptionId,
    endpoint: heading.endpoint,
    method: heading.method,
    statusClass: statusClassOf(heading),
    test: key?.test ?? false,
  };
  return {
    book,
    key,
    subscription: when.subscription,
    period: when.period,
    minute: when.minute,
    bucketStart: when.bucketStart,
    status: heading.status,
    refused: heading.refused,
    dimensions,
    items: [item],
    sums: NO_SUMS,
  };
}

/** The same fold with fewer items; undefined if none are left. */
export function keeping(
  fold: UsageFold,
  isKept: (item: UsageItem) => boolean,
): UsageFold | undefined {
  const items = fold.items.filter(isKept);
  return items.length === 0 ? undefined : withItems(fold, items);
}

/** The same fold with figures below zero: what takes usage back, added up as usage is. */
export function negated(fold: UsageFold): UsageFold {
  const items = fold.items.map((item) => ({
    ...item,
    count: -item.count,
    units: -item.units,
    requestBytes: -item.requestBytes,
    responseBytes: -item.responseBytes,
    latency: item.latency.map(([bucket, calls]) => [bucket, -calls] as const),
  }));
  return withItems(fold, items);
}

function withItems(fold: Omit<UsageFold, "sums">, items: readonly UsageItem[]): UsageFold {
  return { ...fold, items, sums: sumsOf(items) };
}

/** The same for the same dimensions; for maps. */
export function dimensionsName(dimensions: CellDimensions): string {
  const { customerId, keyId, subscriptionId, endpoint, method, statusClass, test } = dimensions;
  return [customerId, keyId, subscriptionId, endpoint, method, statusClass, test].join("\n");
}
