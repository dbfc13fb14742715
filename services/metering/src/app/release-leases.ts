import type { LeaseState } from "./lease-answer.ts";
import { LeaseDesk } from "./lease-desk.ts";
import { checkLeaseReturns, type LeaseReturn, type ShareReturn } from "./lease-request.ts";
import type { Needs } from "./needs.ts";
import { takeSharesBack } from "./take-shares-back.ts";

/**
 * Takes back what a gate holds and will not spend. Totals are cumulative, so a repeat changes
 * nothing. Throws "invalid" INVALID_REQUEST.
 */
export function releaseLeases({ storage, settings }: Needs) {
  return async (
    accountId: string,
    gateId: string,
    returns: readonly LeaseReturn[],
    shareReturns: readonly ShareReturn[] = [],
  ): Promise<LeaseState[]> => {
    checkLeaseReturns(gateId, returns, shareReturns);
    return storage.inAccount(accountId, async (store) => {
      const ids = [...new Set(returns.map(({ counterId }) => counterId))].sort();
      const rows = await store.quotas.lock(ids);
      const leases = await store.quotas.leases(ids, [gateId]);
      const desk = new LeaseDesk(gateId, settings.leaseLifetimeMs, rows, leases);
      for (const { counterId } of rows) {
        const lease = leases.find((one) => one.gateId === gateId && one.counterId === counterId);
        const told = returns.filter((one) => one.counterId === counterId);
        const returnedTotal = told.reduce((most, one) => {
          return one.returnedTotal > most ? one.returnedTotal : most;
        }, 0n);
        const known = { counterId, returnedTotal, grantedTotal: 0n, unspent: 0n };
        desk.open(counterId, lease, known, false);
        if (told.some(({ final }) => final)) desk.close(counterId);
      }
      store.quotas.write(desk.change());
      await takeSharesBack(store, gateId, shareReturns);
      const there = desk.states();
      const states = new Map(there.map((state) => [state.counterId, state]));
      return ids.map((counterId) => {
        return states.get(counterId) ?? { counterId, grantedTotal: 0n, expiresInMs: 0 };
      });
    });
  };
}
