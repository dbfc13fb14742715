import { type CounterKey, counterAt, isCounted } from "./counter.ts";
import { limitsOn } from "./customer-book.ts";
import type { MeterSet } from "./meter-set.ts";
import type { UsageFold } from "./usage-fold.ts";
import type { UsageLimit } from "./usage-limit.ts";

/** What a batch adds to one counter, and the limits that stand on it. */
export interface Consumption {
  readonly counter: CounterKey;
  units: bigint;
  readonly limits: Map<string, WatchedLimit>;
}

/** A limit whose thresholds are looked at after counting. */
export interface WatchedLimit {
  readonly limit: UsageLimit;
  readonly thresholdPercents: readonly number[];
}

/**
 * What usage consumes of each counter through its meter, sorted by counter id, the order counters
 * are locked in. Refused calls are in no meter.
 */
export function consumptionsOf(
  accountId: string,
  folds: readonly UsageFold[],
  meters: MeterSet,
  now: Date,
): Consumption[] {
  const byCounter = new Map<string, Consumption>();
  for (const fold of folds) {
    const { key, subscription } = fold;
    if (fold.refused) continue;
    const touched = new Map<Consumption, bigint>();
    for (const limit of limitsOn(meters, key, subscription)) {
      const units = meters.find(limit.meterId)?.unitsOf(fold) ?? 0n;
      if (units === 0n) continue;
      const counter = counterAt(accountId, limit, key?.test ?? false, fold.minute, fold);
      if (counter === undefined || !isCounted(limit, counter.span, now)) continue;
      const consumption = consumptionOn(byCounter, counter);
      const thresholdPercents = subscription?.thresholdPercents ?? [];
      consumption.limits.set(limit.limitId, { limit, thresholdPercents });
      touched.set(consumption, units);
    }
    // Two limits on one counter are still one count.
    for (const [consumption, units] of touched) consumption.units += units;
  }
  return [...byCounter.values()].sort((one, other) =>
    one.counter.counterId < other.counter.counterId ? -1 : 1,
  );
}

function consumptionOn(byCounter: Map<string, Consumption>, counter: CounterKey): Consumption {
  const known = byCounter.get(counter.counterId);
  if (known !== undefined) return known;
  const consumption: Consumption = { counter, units: 0n, limits: new Map() };
  byCounter.set(counter.counterId, consumption);
  return consumption;
}
