import { toldOf } from "../domain/receipt.ts";
import { keeping, type UsageFold } from "../domain/usage-fold.ts";
import type { UsageItem } from "../domain/usage-item.ts";
import type { ReadyBatch } from "./count-batches.ts";
import type { BatchEntry } from "./usage-store.ts";

/** A batch with what of it is counted now, and so what its row says. */
export interface Countable extends BatchEntry {
  readonly ready: ReadyBatch;
  readonly folds: readonly UsageFold[];
  /** Events that were counted before, or stand in these batches at an earlier place. */
  readonly duplicates: readonly UsageItem[];
}

/** A batch of which these folds are counted. */
export function countable(
  ready: ReadyBatch,
  folds: readonly UsageFold[],
  duplicates: readonly UsageItem[] = [],
): Countable {
  const counted = folds.reduce((sum, { sums }) => sum + sums.count, 0n);
  const countedItems = folds.reduce((sum, { items }) => sum + items.length, 0);
  const figures = { counted, countedItems, duplicates: duplicates.length };
  const outcome = { ...figures, ...toldOf(ready.verdicts) };
  return { ready, batch: ready.batch, cells: ready.cells, folds, duplicates, outcome };
}

/** Takes out events that are to be counted no more: those seen before, and repeats among these. */
export function withoutSeen(
  batches: readonly Countable[],
  seen: ReadonlySet<string>,
): readonly Countable[] {
  const places = new Map<string, UsageItem>();
  for (const { ready } of batches) {
    for (const item of ready.events) if (!places.has(item.eventId)) places.set(item.eventId, item);
  }
  const isNew = (item: UsageItem) => {
    return item.kind === "cell" || (!seen.has(item.eventId) && places.get(item.eventId) === item);
  };
  return batches.map(({ ready, folds }) => {
    const kept = folds.flatMap((fold) => keeping(fold, isNew) ?? []);
    const duplicates = ready.events.filter((item) => !isNew(item));
    return countable(ready, kept, duplicates);
  });
}
