import { interval } from "@tollbook/domain";
import { applyLimits } from "./apply-limits.ts";
import { refoldDays } from "./folded-days.ts";
import type { Store } from "./needs.ts";
import type { ToldEntitlement } from "./reference-store.ts";

/** Usage may come 35 days late, so periods that ended longer ago take none any more. */
export const PERIODS_KEPT_MS = 40 * 24 * 3_600_000;

/** A subscription without an end, and the end of adopting its usage. */
const FOREVER = new Date("9999-12-31T00:00:00Z");

/**
 * Takes over what billing tells of a subscription, unless something newer is here. Usage that
 * came before this news, since the subscription's start, becomes its own. Locks are taken in
 * ingest's order: the rollups that move, then the fence, then counters.
 */
export async function applyEntitlement(
  store: Store,
  entitlement: ToldEntitlement,
  now: Date,
): Promise<void> {
  const { customerId, subscriptionId } = entitlement;
  const inForce = interval(entitlement.startTime, entitlement.endTime ?? FOREVER);
  const unclaimed = await store.seals.lockUnclaimed(customerId, inForce);
  await store.fences.close(customerId);
  const before = await store.references.entitlementState(subscriptionId);
  if (before !== undefined && !isNewer(entitlement, before)) return;
  // A change of plan keeps the subscription, and so does the usage since its first plan.
  const startTime = earlier(before?.startTime, entitlement.startTime);
  await store.references.saveEntitlement({ ...entitlement, startTime });
  // Billing need not be asked about a customer it has told of by itself.
  await store.references.markEntitled([customerId]);
  if (unclaimed || (await store.seals.lockUnclaimed(customerId, inForce))) {
    await refoldDays(store, await store.seals.adopt(entitlement, inForce), inForce);
  }
  const since = new Date(now.getTime() - PERIODS_KEPT_MS);
  const [book] = await store.references.findBooks([customerId], since);
  if (book === undefined) throw new Error("a closed customer is not there");
  const subscription = book.subscriptions.find((one) => one.subscriptionId === subscriptionId);
  const { limits, rates = [], version } = entitlement;
  const subject = { subscriptionId };
  await applyLimits(store, { book, subscription, subject, limits, rates, version, now });
  await store.fences.raise(customerId);
}

/** Versions are people's decisions, revisions refreshes of one. */
function isNewer(
  news: { version: bigint; revision: bigint },
  known: { version: bigint; revision: bigint },
): boolean {
  if (news.version !== known.version) return news.version > known.version;
  return news.revision > known.revision;
}

function earlier(one: Date | undefined, other: Date): Date {
  return one !== undefined && one.getTime() < other.getTime() ? one : other;
}
