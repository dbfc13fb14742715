import { subscriptionInForce } from "../domain/customer-book.ts";
import { PERIODS_KEPT_MS } from "./apply-entitlement.ts";
import { applyLimits } from "./apply-limits.ts";
import type { Store } from "./needs.ts";
import type { ToldKey } from "./reference-store.ts";

/** Takes over what auth tells of a key, unless something newer is here. */
export async function applyKey(store: Store, key: ToldKey, now: Date): Promise<void> {
  const { keyId, customerId, limits, rates = [], version } = key;
  await store.fences.close(customerId);
  const before = await store.references.keyVersion(keyId);
  if (before !== undefined && before > version) return;
  // The same version may bring the key's SHA-256, which its first teller did not know.
  await store.references.saveKey(key);
  if (before === version) return;
  const since = new Date(now.getTime() - PERIODS_KEPT_MS);
  const [book] = await store.references.findBooks([customerId], since);
  if (book === undefined) throw new Error("a closed customer is not there");
  const subscription = subscriptionInForce(book, key.subscriptionId, now);
  const subject = { keyId };
  await applyLimits(store, { book, subscription, subject, limits, rates, version, now });
  await store.fences.raise(customerId);
}
