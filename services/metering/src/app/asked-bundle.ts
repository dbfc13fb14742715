import { quarterHourStart } from "@tollbook/domain";
import { type CounterKey, counterAt } from "../domain/counter.ts";
import {
  type CustomerBook,
  limitsOn,
  ratesOn,
  subscriptionInForce,
} from "../domain/customer-book.ts";
import type { MeterSet } from "../domain/meter-set.ts";
import { bucketIdOf } from "../domain/rate-limit.ts";
import type { UsageLimit } from "../domain/usage-limit.ts";
import type { LeaseAsk } from "./lease-request.ts";
import type { NamedBucket } from "./rate-store.ts";
import type { Caller } from "./reference-books.ts";

/** An ask with the limits that apply and their counters at this moment. */
export interface AskedBundle {
  readonly ask: LeaseAsk;
  readonly book: CustomerBook;
  readonly planName: string;
  readonly parts: readonly BundlePart[];
  readonly rates: readonly NamedBucket[];
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
  meters: MeterSet,
  now: Date,
): AskedBundle | undefined {
  if (caller === undefined || typeof caller === "string") return undefined;
  const { book, key } = caller;
  if (key === undefined || !book.entitled) return undefined;
  const subscription = subscriptionInForce(book, key.subscriptionId, now);
  const parts: BundlePart[] = [];
  for (const limit of limitsOn(meters, key, subscription)) {
    const counter = counterAt(accountId, limit, key.test, now, { book, subscription });
    if (counter === undefined) return undefined;
    parts.push({ limit, counter, cost: costOf(ask, limit, meters, now) });
  }
  const rates = ratesOn(key, subscription).map((limit) => {
    return { bucketId: bucketIdOf(accountId, limit, key.test), limit, test: key.test };
  });
  return { ask, book, planName: subscription?.planName ?? "", parts, rates };
}

/** Units one of the asked calls costs of a limit, if its status and properties are the meter's. */
function costOf(ask: LeaseAsk, { meterId }: UsageLimit, meters: MeterSet, now: Date): bigint {
  const declared = ask.unitsPerCall === 0n ? 1n : ask.unitsPerCall;
  return meters.find(meterId)?.costOf(ask, quarterHourStart(now), declared) ?? 0n;
}
