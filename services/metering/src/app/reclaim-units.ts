import type { Interval } from "@tollbook/domain";
import type { ReclaimedBy } from "../domain/fact.ts";
import type { UsageLimit } from "../domain/usage-limit.ts";
import type { Store } from "./needs.ts";

/** A counter, and the limits on it. */
export interface LimitedCounter {
  readonly counterId: string;
  readonly span: Interval;
  readonly limits: readonly UsageLimit[];
}

/**
 * Makes room of what is out on a counter's leases that expired, all of it or what expired long
 * enough ago, and tells it of each limit on the counter. Gives the units.
 */
export async function reclaimUnits(
  store: Store,
  { counterId, span, limits }: LimitedCounter,
  by: ReclaimedBy,
): Promise<bigint> {
  await store.quotas.lock([counterId]);
  const units = await store.quotas.reclaim(counterId, by.reclaimAfterMs);
  if (units === 0n) return units;
  for (const { customerId, limitId, name: limitName, subjectId } of limits) {
    const words = { customerId, limitId, limitName, subjectId, units, span };
    store.announce({ kind: "stranded-released", ...words, ...by });
  }
  return units;
}
