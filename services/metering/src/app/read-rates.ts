import { RateDesk } from "../domain/rate-desk.ts";
import { bucketIdOf, type RateLimit } from "../domain/rate-limit.ts";
import type { RateState } from "../domain/rate-state.ts";
import type { Store } from "./needs.ts";

/** Rates with their live buckets at this moment; one that nobody asked for yet is full. */
export async function readRates(store: Store, limits: readonly RateLimit[]): Promise<RateState[]> {
  if (limits.length === 0) return [];
  const idOf = (limit: RateLimit) => bucketIdOf(store.accountId, limit, false);
  const { rows, nowUs } = await store.rates.figures(limits.map(idOf));
  const found = new Map(rows.map((row) => [row.bucketId, row]));
  return limits.map((limit) => {
    const row = found.get(idOf(limit));
    const untouched = { remaining: limit.burst, leased: 0n, sharedPerMinuteMilli: 0n, shares: 0 };
    if (row === undefined) return { limit, ...untouched };
    const desk = new RateDesk(row.bucketId, limit, row.level, row.shares, nowUs);
    const { burst: leased, perMinuteMilli: sharedPerMinuteMilli, shares } = desk.shared;
    return { limit, remaining: desk.freeCalls, leased, sharedPerMinuteMilli, shares };
  });
}
