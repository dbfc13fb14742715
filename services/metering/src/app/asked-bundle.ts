import { type CounterKey, counterAt } from "../domain/counter.ts";
import { type CustomerBook, limitsOn, subscriptionInForce } from "../domain/customer-book.ts";
import type { UsageLimit } from "../domain/usage-limit.ts";
import type { LeaseAsk } from "./lease-request.ts";
import type { Caller } from "./reference-books.ts";

/** An ask with the limits that apply and their counters at this moment. */
export interface AskedBundle {
  readonly ask: LeaseAsk;
  readonly book: CustomerBook;
  readonly planName: string;
  readonly parts: readonly BundlePart[];
}

/** One limit of a bundle. */
export interface BundlePart {
  readonly limit: UsageLimit;
  readonly counter: CounterKey;
  readonly cost: bigint;
}

/**
 * Finds the limits that apply to an ask. Undefined if that cannot be known: the key, what its
 * customer may use, or the window a limit counts over.
 */
export function askedBundle(
  accountId: string,
  ask: LeaseAsk,
  caller: Caller | undefined,
  now: Date,
): AskedBundle | undefined {
  if (caller === undefined || typeof caller === "string") return undefined;
  const { book, key } = caller;
  if (key === undefined || !book.entitled) return undefined;
  const subscription = subscriptionInForce(book, key.subscriptionId, now);
  const parts: BundlePart[] = [];
  for (const limit of limitsOn(accountId, key, subscription)) {
    const counter = counterAt(accountId, limit, key.test, now, { book, subscription });
    if (counter === undefined) return undefined;
    parts.push({ limit, counter, cost: 1n });
  }
  return { ask, book, planName: subscription?.planName ?? "", parts };
}
