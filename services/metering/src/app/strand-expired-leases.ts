import { LeaseDesk } from "./lease-desk.ts";
import type { Needs } from "./needs.ts";

/**
 * Strands the units of leases that expired on counters nobody asks for any more. Counters that
 * are asked for do it on the way; this is for what is shown. Gives how many were looked at.
 */
export async function strandExpiredLeases({ storage, settings }: Needs): Promise<number> {
  const due = await storage.countersWithExpiredLeases();
  for (const { accountId, counterId } of due) {
    await storage.inAccount(accountId, async ({ quotas }) => {
      const rows = await quotas.lock([counterId]);
      const leases = await quotas.expiredLeases([counterId]);
      if (rows.length === 0 || leases.length === 0) return;
      const desk = new LeaseDesk("", settings.leaseLifetimeMs, rows, leases);
      quotas.write({ ...desk.change(), gateId: undefined });
    });
  }
  return due.length;
}
