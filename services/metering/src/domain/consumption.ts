import type { CounterKey } from "./counter.ts";
import { CountersOfCallers, type WatchedLimit } from "./counters-of-callers.ts";
import type { MeterSet } from "./meter-set.ts";
import type { Release } from "./released-holds.ts";
import {
  addPast,
  addUncovered,
  type Covered,
  type UnitsPast,
  usedOfReclaimed,
} from "./units-past.ts";
import type { UsageFold } from "./usage-fold.ts";

/** What a batch adds to one counter, and the limits that stand on it. */
export interface Consumption {
  readonly counter: CounterKey;
  units: bigint;
  readonly limits: Map<string, WatchedLimit>;
  /** Units beyond what items held of it, and what they held, if a hard limit stands on it. */
  readonly past: UnitsPast;
  readonly covered: Covered;
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
  const counters = new CountersOfCallers(accountId, meters, now);
  for (const fold of folds) {
    if (fold.refused) continue;
    for (const counted of counters.of(fold)) {
      const { counter, rule, limits, isHard } = counted;
      const units = rule.unitsOf(fold);
      if (units === 0n) continue;
      const consumption = consumptionOn(byCounter, counter);
      consumption.units += units;
      for (const watched of limits) consumption.limits.set(watched.limit.limitId, watched);
      if (!isHard || units < 0n) continue;
      const { counterId } = counter;
      addUncovered(consumption.past, consumption.covered, { fold, rule, counterId });
    }
  }
  return [...byCounter.values()].sort((one, other) =>
    one.counter.counterId < other.counter.counterId ? -1 : 1,
  );
}

/** Units that came past hard limits; `late` is what came back to counters of reclaimed units. */
export function unitsPast(
  consumptions: readonly Consumption[],
  releases: readonly Release[],
  late: ReadonlyMap<string, bigint>,
): UnitsPast {
  const all: UnitsPast = new Map();
  for (const { counter, past, covered } of consumptions) {
    for (const [way, units] of past) addPast(all, way, units);
    const lateUnits = late.get(counter.counterId) ?? 0n;
    if (lateUnits === 0n) continue;
    const own = releases.filter(({ counterId }) => counterId === counter.counterId);
    const back = own.reduce((sum, { units }) => sum + units, 0n);
    addPast(all, "reclaimed", usedOfReclaimed(lateUnits, back, covered));
  }
  return all;
}

function consumptionOn(byCounter: Map<string, Consumption>, counter: CounterKey): Consumption {
  const known = byCounter.get(counter.counterId);
  if (known !== undefined) return known;
  const covered = { used: 0n, held: 0n };
  const consumption = { counter, units: 0n, limits: new Map(), past: new Map(), covered };
  byCounter.set(counter.counterId, consumption);
  return consumption;
}
