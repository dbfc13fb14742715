import { acquireLeases } from "./acquire-leases.ts";
import { getQuota } from "./get-quota.ts";
import { getSealedUsage } from "./get-sealed-usage.ts";
import { listQuotas } from "./list-quotas.ts";
import { getMeter, listMeters } from "./meters.ts";
import type { Needs } from "./needs.ts";
import { queryUsage } from "./query-usage.ts";
import { recordUsage } from "./record-usage.ts";
import { ReferenceBooks } from "./reference-books.ts";
import { releaseLeases } from "./release-leases.ts";
import { sealPeriods } from "./seal-periods.ts";

/** Everything metering can be asked to do. */
export type Metering = ReturnType<typeof metering>;

/** The verbs, with what they need. */
export function metering(needs: Needs) {
  const books = new ReferenceBooks(needs);
  return {
    now: () => needs.clock.now(),
    recordUsage: recordUsage(needs, books),
    queryUsage: queryUsage(needs),
    getQuota: getQuota(needs),
    listQuotas: listQuotas(needs),
    acquireLeases: acquireLeases(needs, books),
    releaseLeases: releaseLeases(needs),
    listMeters,
    getMeter,
    sealPeriods: sealPeriods(needs),
    getSealedUsage: getSealedUsage(needs),
  };
}
