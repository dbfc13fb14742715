import type { CounterKey } from "../domain/counter.ts";
import type { Needs, Store } from "./needs.ts";
import { reclaimUnits } from "./reclaim-units.ts";

/**
 * If the operator opted in: makes units of gates that vanished long enough ago free again. What
 * they had used of them passes the limit by as much.
 */
export async function reclaimStrandedLeases(needs: Needs): Promise<void> {
  const { storage, clock, logger, settings } = needs;
  const { reclaimAfterMs } = settings;
  if (reclaimAfterMs === 0) return;
  const due = await storage.countersToReclaim(reclaimAfterMs, clock.now());
  for (const { accountId, counter } of due) {
    const by = { memberId: "", requestId: "", reclaimAfterMs };
    const units = await storage.inAccount(accountId, async (store) => {
      return reclaimUnits(store, { counter, limits: await limitsOn(store, counter) }, by);
    });
    const { customerId, subjectId, counterId } = counter;
    const words = { accountId, customerId, subjectId, counterId, units: String(units) };
    if (units > 0n) logger.warn(words, "units of vanished gates are reclaimed");
  }
}

/** Those that stand on the counter now. */
async function limitsOn({ references }: Store, { subjectId, meterId, window }: CounterKey) {
  const { limits } = await references.limitsOf(subjectId);
  return limits.filter((limit) => limit.meterId === meterId && limit.window === window);
}
