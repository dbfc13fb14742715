import { ALL_TIME } from "@tollbook/domain";
import { type CounterKey, counterAt } from "../domain/counter.ts";
import {
  type CustomerBook,
  type Subscription,
  subscriptionInForce,
} from "../domain/customer-book.ts";
import { type Quota, quotaOf } from "../domain/quota.ts";
import { isRate, type RateLimit } from "../domain/rate-limit.ts";
import type { RateState } from "../domain/rate-state.ts";
import type { UsageLimit } from "../domain/usage-limit.ts";
import { PERIODS_KEPT_MS } from "./apply-entitlement.ts";
import type { Store } from "./needs.ts";
import { readRates } from "./read-rates.ts";

/**
 * Limits with their live counters or buckets at this moment. A limit whose window cannot be known,
 * or whose subscription is not in force, is left out.
 */
export async function readQuotas(
  store: Store,
  limits: readonly (UsageLimit | RateLimit)[],
  now: Date,
): Promise<(Quota | RateState)[]> {
  const located = await locate(store, limits, now);
  const counters = located.flatMap(({ counter }) => (counter === undefined ? [] : [counter]));
  const rows = await store.quotas.figures(counters.map(({ counterId }) => counterId));
  const figures = new Map(rows.map((row) => [row.counterId, row]));
  const rates = await readRates(
    store,
    located.flatMap(({ limit }) => (isRate(limit) ? [limit] : [])),
  );
  const states = new Map(rates.map((state) => [state.limit, state]));
  const nothing = { consumed: 0n, leased: 0n, stranded: 0n, reclaimed: 0n };
  return located.flatMap(({ limit, counter }): (Quota | RateState)[] => {
    const rate = isRate(limit) ? states.get(limit) : undefined;
    if (rate !== undefined) return [rate];
    if (isRate(limit)) return [];
    if (counter === undefined) return [];
    return [quotaOf(limit, counter, figures.get(counter.counterId) ?? nothing)];
  });
}

/** A limit in force, and the live counter of a quota. */
interface Located {
  readonly limit: UsageLimit | RateLimit;
  readonly counter: CounterKey | undefined;
}

/** Those of the limits that are in force, with the counters of quotas. */
async function locate(
  store: Store,
  limits: readonly (UsageLimit | RateLimit)[],
  now: Date,
): Promise<Located[]> {
  const customerIds = [...new Set(limits.map(({ customerId }) => customerId))];
  const since = new Date(now.getTime() - PERIODS_KEPT_MS);
  const books = await store.references.findBooks(customerIds, since);
  const keys = await store.references.findKeys({
    keyIds: limits.map(({ subjectId }) => subjectId),
    keySha256s: [],
  });
  const meters = await store.meters.set(ALL_TIME.start);
  const named = new Map(keys.map(({ key }) => [key.keyId, key.subscriptionId]));
  return limits.flatMap((limit): Located[] => {
    const book = books.find(({ customerId }) => customerId === limit.customerId);
    if (book === undefined) return [];
    const ofKey = named.has(limit.subjectId);
    const subscription = ofKey
      ? subscriptionInForce(book, named.get(limit.subjectId), now)
      : ownSubscription(book, limit.subjectId, now);
    if (!ofKey && subscription === undefined) return [];
    if (isRate(limit)) return [{ limit, counter: undefined }];
    if (meters.limitable(limit.meterId) === undefined) return [];
    const counter = counterAt(store.accountId, limit, false, now, { book, subscription });
    return counter === undefined ? [] : [{ limit, counter }];
  });
}

function ownSubscription(
  book: CustomerBook,
  subjectId: string,
  now: Date,
): Subscription | undefined {
  const inForce = subscriptionInForce(book, subjectId, now);
  return inForce?.subscriptionId === subjectId ? inForce : undefined;
}
