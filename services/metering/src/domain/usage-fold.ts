import { MINUTE_MS, quarterHourStart } from "@tollbook/domain";
import {
  type BillingPeriod,
  billingPeriodAt,
  type CustomerBook,
  type KeyReference,
  type Subscription,
  subscriptionInForce,
} from "./customer-book.ts";
import { statusClassOf, type UsageItem } from "./usage-item.ts";

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

/**
 * Items of one caller, endpoint, method, status and minute: all that decides where they count, so
 * that it is worked out once for all of them.
 */
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
}

/** Folds items, and tells which fold each went to by `add`'s order. */
export class UsageFolder {
  readonly #folds = new Map<string, UsageFold & { readonly items: UsageItem[] }>();

  /** Adds an item; `name` is the same for the same caller. */
  add(item: UsageItem, name: string, caller: KnownCaller): void {
    const { method, endpoint, status, refused, time } = item;
    const minute = Math.floor(time.getTime() / MINUTE_MS);
    const place = `${name}\n${method}\n${endpoint}\n${status} ${refused} ${minute}`;
    const fold = this.#folds.get(place);
    if (fold !== undefined) fold.items.push(item);
    else this.#folds.set(place, newFold(item, new Date(minute * MINUTE_MS), caller));
  }

  folds(): UsageFold[] {
    return [...this.#folds.values()];
  }
}

/** Finds the subscription and billing period that usage falls into. */
function newFold(item: UsageItem, minute: Date, { book, key }: KnownCaller) {
  const bucketStart = quarterHourStart(minute);
  const subscription = subscriptionInForce(book, key?.subscriptionId, bucketStart);
  const { endpoint, method, status, refused } = item;
  const dimensions: CellDimensions = {
    customerId: book.customerId,
    keyId: key?.keyId,
    subscriptionId: subscription?.subscriptionId,
    ...{ endpoint, method, statusClass: statusClassOf(item) },
    test: key?.test ?? false,
  };
  return {
    ...{ book, key, subscription, minute, bucketStart, status, refused, dimensions },
    period: billingPeriodAt(subscription, bucketStart),
    items: [item],
  };
}

/** The same fold with fewer items; undefined if none are left. */
export function keeping(
  fold: UsageFold,
  isKept: (item: UsageItem) => boolean,
): UsageFold | undefined {
  const items = fold.items.filter(isKept);
  return items.length === 0 ? undefined : { ...fold, items };
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
  return { ...fold, items };
}

/** The same for the same dimensions; for maps. */
export function dimensionsName(dimensions: CellDimensions): string {
  const { customerId, keyId, subscriptionId, endpoint, method, statusClass, test } = dimensions;
  return [customerId, keyId, subscriptionId, endpoint, method, statusClass, test].join("\n");
}
