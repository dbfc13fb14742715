import type { CounterKey } from "../domain/counter.ts";
import { USED_UP_PERCENT } from "../domain/threshold.ts";
import type { UsageLimit } from "../domain/usage-limit.ts";
import type { Store } from "./needs.ts";
import type { Crossing } from "./quota-store.ts";

/** Percentages of a limit that its counter has passed, lowest first, and whether to tell. */
export interface Passed {
  readonly counter: CounterKey;
  readonly limit: UsageLimit;
  readonly used: bigint;
  readonly percents: readonly number[];
  /** If not, they are only marked, so that they are not told later. */
  readonly tell: boolean;
}

/**
 * Marks what was passed and tells the highest of each limit, once for each counter and version of
 * the limit. Test keys alarm nobody.
 */
export async function noteCrossings(store: Store, passed: readonly Passed[], now: Date) {
  const live = passed.filter(({ counter, percents }) => !counter.test && percents.length > 0);
  if (live.length === 0) return;
  const noted = await store.thresholds.note(live.flatMap(crossingsOf), now);
  for (const crossing of noted) {
    const source = crossing.told ? live.find((one) => isOf(one, crossing)) : undefined;
    if (source !== undefined) announce(store, source, crossing.percent);
  }
}

function crossingsOf({ counter, limit, percents, tell }: Passed): Crossing[] {
  const highest = percents.at(-1);
  return percents.map((percent) => ({
    counterId: counter.counterId,
    limitId: limit.limitId,
    limitVersion: limit.version,
    percent,
    told: tell && percent === highest,
  }));
}

function isOf({ counter, limit }: Passed, crossing: Crossing): boolean {
  return counter.counterId === crossing.counterId && limit.limitId === crossing.limitId;
}

function announce(store: Store, { counter, limit, used }: Passed, percent: number): void {
  store.announce({
    kind: percent === USED_UP_PERCENT ? "exhausted" : "threshold-crossed",
    customerId: limit.customerId,
    limitId: limit.limitId,
    limitName: limit.name,
    percent,
    used,
    quota: limit.quota,
    window: limit.window,
    span: counter.span,
    limitVersion: limit.version,
    hard: limit.hard,
  });
}
