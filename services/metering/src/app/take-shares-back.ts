import { RateDesk } from "../domain/rate-desk.ts";
import { changesOf } from "./gate-rates.ts";
import type { ShareReturn } from "./lease-request.ts";
import type { Store } from "./needs.ts";

/** Frees the shares a gate gives up, so that others need not wait until they end by themselves. */
export async function takeSharesBack(
  store: Store,
  gateId: string,
  returns: readonly ShareReturn[],
): Promise<void> {
  if (returns.length === 0) return;
  const ids = [...new Set(returns.map(({ bucketId }) => bucketId))].sort();
  const { rows, nowUs } = await store.rates.lock(ids);
  const desks = new Map(
    rows.map(({ bucketId, rate, level, shares }) => {
      return [bucketId, new RateDesk(bucketId, rate, level, shares, nowUs)] as const;
    }),
  );
  for (const { bucketId, number, returnedMicro } of returns) {
    desks.get(bucketId)?.giveBack(gateId, number, returnedMicro);
  }
  await store.rates.write(gateId, changesOf(gateId, desks));
}
