import { type HoldTally, tally, tallyAll } from "../domain/released-holds.ts";
import type { RollupRow } from "../domain/rollup.ts";
import { refuseOldBooks } from "./books-changed.ts";
import {
  type Answers,
  addUsage,
  byId,
  type CountedUsage,
  type CountingTimes,
  consume,
  type ReadyBatch,
  receiptOf,
  usageOf,
} from "./count-batches.ts";
import { type Countable, countable } from "./countable.ts";
import type { Store } from "./needs.ts";

/** Thrown when batches are not as new as was hoped: nothing of them was counted. */
export class NotNew extends Error {}

/** Whether there is hope that nobody has ever seen anything of these batches. */
export function mayBeNew(batches: readonly ReadyBatch[]): boolean {
  return batches.every(({ events, heldByRejected, meters }) => {
    // Their statements wait for answers of their own, and would come after those they belong before.
    const isPlain = meters.eventRules.length === 0 && events.every(({ foreign }) => !foreign);
    return isPlain && heldByRejected.length === 0;
  });
}

/**
 * Counts batches that nobody sent before, as `countBatches` does and in the same order of locks, but
 * in one trip: all is sent before the first answer comes. If something of them was there before, or
 * their days are folded already, it throws NotNew, and whatever was written is rolled back.
 */
export async function countNewBatches(
  store: Store,
  batches: readonly ReadyBatch[],
  times: CountingTimes,
): Promise<Answers> {
  const counted = [...batches].sort(byId).map((ready) => countable(ready, ready.folds));
  const claiming = store.usage.claimBatches(counted);
  const adding = store.usage.addNew(counted.flatMap(({ ready }) => ready.events));
  const counting = count(store, counted, times);
  // It fails too if one of those before it does, whose reason is the one that matters.
  counting.catch(() => undefined);
  const [claims, areNew] = await Promise.all([claiming, adding]);
  if (!areNew) throw new NotNew();
  const answers = counted.map((one) => {
    const claim = claims.get(one.batch.batchId);
    if (claim === undefined) throw new NotNew();
    return [one.ready, receiptOf(one, claim)] as const;
  });
  await counting;
  return new Map(answers);
}

async function count(store: Store, counted: readonly Countable[], times: CountingTimes) {
  const usage = usageOf(counted);
  if (usage === undefined) return;
  await Promise.all([
    addUsage(store, usage, times),
    refuseFoldedDays(store, usage),
    consume(store, usage, holdsOf(counted), times),
  ]);
}

/** A day that is folded has to be added to before counters are, and nobody waits for that here. */
async function refuseFoldedDays(store: Store, usage: CountedUsage): Promise<void> {
  const { foldedUntil } = await refuseOldBooks(store, usage.folds, usage.sets);
  const isFolded = ({ bucketStart }: RollupRow) => bucketStart.getTime() < foldedUntil.getTime();
  if (usage.rollups.some(isFolded)) throw new NotNew();
}

/** Each item's hold, and those of items that were finally rejected. */
function holdsOf(counted: readonly Countable[]): HoldTally {
  const holds: HoldTally = new Map();
  for (const { ready, folds } of counted) {
    for (const hold of ready.released) tally(holds, hold);
    for (const { items } of folds) tallyAll(holds, items);
  }
  return holds;
}
