import { acquireLeases } from "./acquire-leases.ts";
import { archiveMeter } from "./archive-meter.ts";
import { createMeter } from "./create-meter.ts";
import { exportUsage } from "./export-usage.ts";
import { getMeter } from "./get-meter.ts";
import { getQuota } from "./get-quota.ts";
import { getSealedUsage } from "./get-sealed-usage.ts";
import { listMeters } from "./list-meters.ts";
import { listQuotas } from "./list-quotas.ts";
import { listUsageEvents } from "./list-usage-events.ts";
import { MeterBooks } from "./meter-books.ts";
import type { Needs } from "./needs.ts";
import { queryUsage } from "./query-usage.ts";
import { Reconciler } from "./reconciler.ts";
import { recordUsage } from "./record-usage.ts";
import { ReferenceBooks } from "./reference-books.ts";
import { releaseLeases } from "./release-leases.ts";
import { releaseStranded } from "./release-stranded.ts";
import { sealPeriods } from "./seal-periods.ts";
import { updateMeter } from "./update-meter.ts";

/** Everything metering can be asked to do. */
export type Metering = ReturnType<typeof metering>;

/** The verbs, with what they need. */
export function metering(needs: Needs) {
  const books = new ReferenceBooks(needs);
  const meterBooks = new MeterBooks(needs);
  const reconciler = new Reconciler(needs);
  const record = recordUsage(needs, books, meterBooks);
  return {
    now: () => needs.clock.now(),
    reconciler,
    recordUsage: async (...[accountId, batch]: Parameters<typeof record>) => {
      const receipt = await record(accountId, batch);
      if (receipt.repeated) return receipt;
      needs.watch.counted(receipt, batch.items.length);
      reconciler.note(accountId);
      return receipt;
    },
    queryUsage: queryUsage(needs),
    exportUsage: exportUsage(needs),
    listUsageEvents: listUsageEvents(needs),
    getQuota: getQuota(needs),
    listQuotas: listQuotas(needs),
    acquireLeases: acquireLeases(needs, books, meterBooks),
    releaseLeases: releaseLeases(needs),
    releaseStranded: releaseStranded(needs),
    once: needs.storage.once,
    createMeter: createMeter(needs),
    updateMeter: updateMeter(needs),
    archiveMeter: archiveMeter(needs),
    getMeter: getMeter(needs),
    listMeters: listMeters(needs),
    sealPeriods: sealPeriods(needs),
    getSealedUsage: getSealedUsage(needs),
  };
}
