import { ALL_TIME } from "@tollbook/domain";
import { counterAt } from "../domain/counter.ts";
import {
  type CustomerBook,
  type Subscription,
  subscriptionInForce,
} from "../domain/customer-book.ts";
import { type Quota, quotaOf } from "../domain/quota.ts";
import type { UsageLimit } from "../domain/usage-limit.ts";
import { PERIODS_KEPT_MS } from "./apply-entitlement.ts";
import type { Store } from "./needs.ts";

/**
 * Limits with their live counters at this moment. A limit whose window cannot be known, or whose
 * subscription is not in force, is left out.
 */
export async function readQuotas(
  store: Store,
  limits: readonly UsageLimit[],
  now: Date,
): Promise<Quota[]> {
  const customerIds = [...new Set(limits.map(({ customerId }) => customerId))];
  const since = new Date(now.getTime() - PERIODS_KEPT_MS);
  const books = await store.references.findBooks(customerIds, since);
  const keys = await store.references.findKeys({
    keyIds: limits.map(({ subjectId }) => subjectId),
    keySha256s: [],
  });
  const meters = await store.meters.set(ALL_TIME.start);
  const named = new Map(keys.map(({ key }) => [key.keyId, key.subscriptionId]));
  const located = limits.flatMap((limit) => {
    const book = books.find(({ customerId }) => customerId === limit.customerId);
    if (book === undefined || meters.limitable(limit.meterId) === undefined) return [];
    const ofKey = named.has(limit.subjectId);
    const subscription = ofKey
      ? subscriptionInForce(book, named.get(limit.subjectId), now)
      : ownSubscription(book, limit, now);
    if (!ofKey && subscription === undefined) return [];
    const counter = counterAt(store.accountId, limit, false, now, { book, subscription });
    return counter === undefined ? [] : [{ limit, counter }];
  });
  const rows = await store.quotas.figures(located.map(({ counter }) => counter.counterId));
  const figures = new Map(rows.map((row) => [row.counterId, row]));
  const nothing = { consumed: 0n, leased: 0n, stranded: 0n };
  return located.map(({ limit, counter }) => {
    return quotaOf(limit, counter.span, figures.get(counter.counterId) ?? nothing);
  });
}

function ownSubscription(
  book: CustomerBook,
  { subjectId }: UsageLimit,
  now: Date,
): Subscription | undefined {
  const inForce = subscriptionInForce(book, subjectId, now);
  return inForce?.subscriptionId === subjectId ? inForce : undefined;
}
