import type { CounterKey } from "../domain/counter.ts";
import type { ReclaimedBy } from "../domain/fact.ts";
import type { UsageLimit } from "../domain/usage-limit.ts";
import type { Store } from "./needs.ts";

/** A counter, and the limits on it. */
export interface LimitedCounter {
  readonly counter: Pick<CounterKey, "counterId" | "customerId" | "subjectId" | "span" | "test">;
  readonly limits: readonly Pick<UsageLimit, "limitId" | "name">[];
}

/** A counter whose limits were taken away is told of all the same. */
const NO_LIMIT = { limitId: "", name: "" };

/**
 * Makes room of what is out on a counter's leases that expired, all of it or what expired long
 * enough ago, and tells it of each limit on the counter. Gives the units.
 */
export async function reclaimUnits(
  store: Store,
  { counter, limits }: LimitedCounter,
  by: ReclaimedBy,
): Promise<bigint> {
  const { counterId, customerId, subjectId, span, test } = counter;
  await store.quotas.lock([counterId]);
  const units = await store.quotas.reclaim(counterId, by.reclaimAfterMs);
  if (units === 0n) return units;
  for (const { limitId, name: limitName } of limits.length > 0 ? limits : [NO_LIMIT]) {
    const words = { customerId, limitId, limitName, subjectId, units, span, test };
    store.announce({ kind: "stranded-released", ...words, ...by });
  }
  return units;
}
