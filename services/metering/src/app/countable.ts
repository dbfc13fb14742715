import { keeping, type UsageFold } from "../domain/usage-fold.ts";
import type { UsageItem } from "../domain/usage-item.ts";
import type { ReadyBatch } from "./count-batches.ts";

/** A batch with what of it is counted now. */
export interface Countable {
  readonly ready: ReadyBatch;
  readonly folds: readonly UsageFold[];
  /** Events that were counted before, or stand in these batches at an earlier place. */
  readonly duplicates: readonly UsageItem[];
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
  return batches.map(({ ready, folds }) => {
    const isNew = (item: UsageItem) => {
      return item.kind === "cell" || (!seen.has(item.eventId) && places.get(item.eventId) === item);
    };
    return {
      ready,
      folds: folds.flatMap((fold) => keeping(fold, isNew) ?? []),
      duplicates: ready.events.filter((item) => !isNew(item)),
    };
  });
}
