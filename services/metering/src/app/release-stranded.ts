import type { Quota } from "../domain/quota.ts";
import type { RateState } from "../domain/rate-state.ts";
import { findQuota, type QuotaName } from "./get-quota.ts";
import type { Needs, Store } from "./needs.ts";
import { reclaimUnits } from "./reclaim-units.ts";

/** Who vouches, and for which of their requests. */
export interface Voucher {
  readonly memberId: string;
  readonly requestId: string;
}

/** What was made free, and the limit afterwards. */
export interface ReleasedUnits {
  readonly units: bigint;
  readonly quota: Quota | RateState;
}

/**
 * Makes the units free that gates which vanished hold of a limit. Somebody vouches that they were
 * not used, and the event says who. A rate has none: its shares end by themselves. Throws "invalid"
 * ID_MALFORMED, "not-found" LIMIT_NOT_FOUND.
 */
export function releaseStranded({ clock, logger }: Needs) {
  return async (store: Store, name: QuotaName, voucher: Voucher): Promise<ReleasedUnits> => {
    const now = clock.now();
    const quota = await findQuota(store, name, now);
    if (!("span" in quota)) return { units: 0n, quota };
    const { limit, counterId, span } = quota;
    const { limitId, customerId, subjectId } = limit;
    const counter = { counterId, customerId, subjectId, span, test: false };
    const by = { ...voucher, reclaimAfterMs: 0 };
    const units = await reclaimUnits(store, { counter, limits: [limit] }, by);
    const { accountId } = store;
    const words = { accountId, customerId, limitId, subjectId, units: String(units), ...voucher };
    logger.info(words, "stranded units are made free");
    return { units, quota: await findQuota(store, name, now) };
  };
}
