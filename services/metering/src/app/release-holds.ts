import { type HoldTally, tally } from "../domain/released-holds.ts";
import type { UsageItem } from "../domain/usage-item.ts";
import type { Countable } from "./countable.ts";
import type { HeldByEvent } from "./judge-batch.ts";
import type { Store } from "./needs.ts";
import type { EventHold } from "./usage-store.ts";

/**
 * What is given back: each hold once, whatever became of its item, and however often it came.
 * `before` are holds of these events that were given back when the event was rejected.
 */
export async function releasedBy(
  store: Store,
  counted: readonly Countable[],
  before: readonly EventHold[],
): Promise<HoldTally> {
  const holds: HoldTally = new Map();
  const known = new Set(before.map(holdName));
  for (const { ready, folds } of counted) {
    for (const hold of ready.released) tally(holds, hold);
    for (const { items } of folds) {
      for (const item of items) if (!isKnown(known, item)) tally(holds, item.hold);
    }
  }
  const others = counted.flatMap(({ ready, duplicates }) => {
    return [...ready.heldByRejected, ...duplicates.flatMap(heldBy)];
  });
  const claimed = new Set((await store.usage.claimHolds(others)).map(holdName));
  for (const held of others) if (claimed.delete(holdName(held))) tally(holds, held.hold);
  return holds;
}

/**
 * The same without the holds that were given back before: for what these events use now, nothing
 * is set aside any more.
 */
export function withoutReleased(
  counted: readonly Countable[],
  before: readonly EventHold[],
): readonly Countable[] {
  if (before.length === 0) return counted;
  const known = new Set(before.map(holdName));
  const bare = (item: UsageItem) => (isKnown(known, item) ? { ...item, hold: undefined } : item);
  return counted.map((one) => {
    const folds = one.folds.map((fold) => ({ ...fold, items: fold.items.map(bare) }));
    return { ...one, folds };
  });
}

function isKnown(known: ReadonlySet<string>, { kind, eventId, hold }: UsageItem): boolean {
  if (known.size === 0 || kind === "cell" || hold === undefined) return false;
  return known.has(holdName({ eventId, gateId: hold.gateId }));
}

function heldBy({ eventId, hold }: UsageItem): HeldByEvent[] {
  return hold === undefined ? [] : [{ eventId, gateId: hold.gateId, hold }];
}

function holdName({ eventId, gateId }: EventHold): string {
  return `${eventId} ${gateId}`;
}
