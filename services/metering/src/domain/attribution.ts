import { quarterHourStart } from "@tollbook/domain";
import {
  type BillingPeriod,
  billingPeriodAt,
  type CustomerBook,
  type KeyReference,
  type Subscription,
  subscriptionInForce,
} from "./customer-book.ts";
import { statusClassOf, type UsageItem } from "./usage-item.ts";

/** An item and whose it is. */
export interface AttributedItem {
  readonly item: UsageItem;
  readonly book: CustomerBook;
  readonly key: KeyReference | undefined;
  /** The one in force at the start of its quarter hour. */
  readonly subscription: Subscription | undefined;
  readonly period: BillingPeriod | undefined;
  readonly bucketStart: Date;
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

/** Finds the subscription and billing period an item falls into. */
export function attribute(
  item: UsageItem,
  book: CustomerBook,
  key: KeyReference | undefined,
): AttributedItem {
  const bucketStart = quarterHourStart(item.time);
  const subscription = subscriptionInForce(book, key?.subscriptionId, bucketStart);
  const period = billingPeriodAt(subscription, bucketStart);
  return { item, book, key, subscription, period, bucketStart };
}

/** The dimensions an item is summed under. */
export function dimensionsOf({ item, book, key, subscription }: AttributedItem): CellDimensions {
  return {
    customerId: book.customerId,
    keyId: key?.keyId,
    subscriptionId: subscription?.subscriptionId,
    endpoint: item.endpoint,
    method: item.method,
    statusClass: statusClassOf(item),
    test: key?.test ?? false,
  };
}

/** The same for the same dimensions; for maps. */
export function dimensionsName(dimensions: CellDimensions): string {
  const { customerId, keyId, subscriptionId, endpoint, method, statusClass, test } = dimensions;
  return [customerId, keyId, subscriptionId, endpoint, method, statusClass, test].join("\n");
}
