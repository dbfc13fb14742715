import type { MeterRule } from "./meter-rule.ts";
import type { UsageFold } from "./usage-fold.ts";
import type { Hold, UsageItem } from "./usage-item.ts";

/**
 * How units get past a hard limit: counted without a lease (a backend's batch, an access log),
 * declared after admission, let through on a budget while metering was away, above a limit that
 * was lowered, or used of units that somebody else was given meanwhile.
 */
export type WayPast = "no-lease" | "declared-later" | "failed-open" | "limit-lowered" | "reclaimed";

/** Units by the way they came past limits. */
export type UnitsPast = Map<WayPast, bigint>;

/** What one counter's usage had room for. */
export interface Covered {
  /** Units that items consumed of what they held. */
  used: bigint;
  /** Units that these items held. */
  held: bigint;
}

/** What each item of a fold costs. */
type ItemRule = Pick<MeterRule, "unitsOfItem">;

export function addPast(past: UnitsPast, way: WayPast, units: bigint): void {
  if (units > 0n) past.set(way, (past.get(way) ?? 0n) + units);
}

/**
 * Adds up, item by item, what a fold's usage held of a counter, and what it consumed beyond that.
 * Sums would not do: one item may hold more than it turns out to cost.
 */
export function addUncovered(
  past: UnitsPast,
  covered: Covered,
  { fold, rule, counterId }: { fold: UsageFold; rule: ItemRule; counterId: string },
): void {
  // Items of one caller mostly hold and cost the same, one after the other.
  let [alike, items]: [Alike | undefined, number] = [undefined, 0];
  for (const item of fold.items) {
    const units = rule.unitsOfItem(fold, item);
    if (alike !== undefined && isAlike(alike, item, units)) items += 1;
    else {
      if (alike !== undefined) addAlike(past, covered, alike, { items, counterId });
      alike = { hold: item.hold, units, failedOpen: item.failedOpen === true };
      items = 1;
    }
  }
  if (alike !== undefined) addAlike(past, covered, alike, { items, counterId });
}

function addAlike(
  past: UnitsPast,
  covered: Covered,
  { hold, units, failedOpen }: Alike,
  { items, counterId }: { items: number; counterId: string },
): void {
  const [count, held] = [BigInt(items), unitsHeld(hold, counterId)];
  covered.held += held * count;
  covered.used += (units < held ? units : held) * count;
  if (units <= held) return;
  const way = held > 0n ? "declared-later" : failedOpen ? "failed-open" : "no-lease";
  addPast(past, way, (units - held) * count);
}

/** What decides how an item passed its limits. */
interface Alike {
  readonly hold: Hold | undefined;
  readonly units: bigint;
  readonly failedOpen: boolean;
}

function isAlike(one: Alike, { hold, failedOpen = false }: UsageItem, units: bigint): boolean {
  return one.hold === hold && one.units === units && one.failedOpen === failedOpen;
}

function unitsHeld(hold: Hold | undefined, counterId: string): bigint {
  let held = 0n;
  for (const one of hold?.units ?? []) if (one.counterId === counterId) held += one.units;
  return held;
}

/**
 * Units consumed of what somebody else was given meanwhile. `late` of all units that came back to
 * the counter were such; what came back otherwise than by these items is taken for such first.
 */
export function usedOfReclaimed(late: bigint, back: bigint, { held, used }: Covered): bigint {
  const otherwise = back > held ? back - held : 0n;
  const units = late - otherwise;
  if (units <= 0n) return 0n;
  return units < used ? units : used;
}
