import type { Receipt } from "../domain/receipt.ts";
import { foldRollups, type RollupRow } from "../domain/rollup.ts";
import { keeping, negated } from "../domain/usage-fold.ts";
import type { UsageItem } from "../domain/usage-item.ts";
import type { RollupHeld, RollupPlace } from "./correction-store.ts";
import { cellIdIn, count, type ReadyBatch, repeat } from "./count-batches.ts";
import { type Countable, countable } from "./countable.ts";
import { rejectionOf } from "./judge-batch.ts";
import { type CorrectionVerdicts, judgeCorrections } from "./judge-corrections.ts";
import type { Storage, Store } from "./needs.ts";
import { releasedBy } from "./release-holds.ts";

/**
 * Takes usage back, as usage with figures below zero: it is added to rollups under the seal that
 * is open, to counters and to meters, by the same functions that count. In a transaction of its
 * own, with everybody's order of locks: batch, what was taken back, rollups, seal rows, counters.
 */
export async function takeBack(
  storage: Storage,
  accountId: string,
  ready: ReadyBatch,
  now: Date,
): Promise<Receipt> {
  const misplaced = new Set<UsageItem>();
  while (true) {
    try {
      return await storage.inAccount(accountId, (store) => once(store, ready, misplaced, now));
    } catch (error) {
      // Rolled back, so that what cannot be taken back is not marked as taken.
      if (!(error instanceof Misplaced)) throw error;
      for (const item of error.items) misplaced.add(item);
    }
  }
}

/** Thrown when rollups hold less than is to be taken from them. */
class Misplaced extends Error {
  readonly items: readonly UsageItem[];

  constructor(items: readonly UsageItem[]) {
    super("usage to be taken back is not where it would be counted today");
    this.items = items;
  }
}

async function once(
  store: Store,
  ready: ReadyBatch,
  misplaced: ReadonlySet<UsageItem>,
  now: Date,
): Promise<Receipt> {
  const { batchId } = ready.batch;
  const hoped = countable(ready, ready.folds.map(negated));
  const claim = (await store.usage.claimBatches([hoped])).get(batchId);
  if (claim === undefined) {
    const before = (await store.usage.answeredBatches([batchId])).get(batchId);
    if (before === undefined) throw new Error("a batch was neither claimed nor answered before");
    const answer = repeat(ready, before);
    if (answer instanceof Error) throw answer;
    return answer;
  }
  const items = ready.folds.flatMap((fold) => fold.items);
  const verdicts = await judgeCorrections(
    store,
    items.filter((item) => !misplaced.has(item)),
  );
  for (const item of misplaced) verdicts.rejected.set(item, "CORRECTION_MISPLACED");
  const taken = accepted(ready, verdicts);
  await store.usage.correctBatches([taken]);
  await refuseMisplaced(store, ready, taken);
  // The live log goes on showing what was reported.
  const times = { now, rawSince: undefined };
  await count(store, [taken], await releasedBy(store, [taken], []), times);
  return { batchId, ...taken.outcome, commitTime: claim, repeated: false };
}

function accepted(ready: ReadyBatch, { rejected, repeated }: CorrectionVerdicts): Countable {
  const isTaken = (item: UsageItem) => !rejected.has(item) && !repeated.has(item);
  const folds = ready.folds.flatMap((fold) => keeping(fold, isTaken) ?? []);
  const more = [...rejected].map(([item, reason]) => rejectionOf(item, reason));
  const rejections = [...ready.verdicts.rejections, ...more];
  const judged = { ...ready, verdicts: { ...ready.verdicts, rejections } };
  return countable(judged, folds.map(negated), [...repeated]);
}

/** A key may have moved to another subscription since: its calls would be taken from that one. */
async function refuseMisplaced(store: Store, ready: ReadyBatch, taken: Countable): Promise<void> {
  const cellIdOf = cellIdIn(ready.cellIds);
  const rows = foldRollups(taken.folds, cellIdOf);
  const held = await store.corrections.lockRollups(rows);
  const there = new Map(held.map((row) => [placeName(row), row]));
  const lacking = new Set(
    rows.filter((row) => !covers(there.get(placeName(row)), row)).map(placeName),
  );
  if (lacking.size === 0) return;
  const folds = taken.folds.filter((fold) => {
    return lacking.has(placeName({ bucketStart: fold.bucketStart, cellId: cellIdOf(fold) }));
  });
  const names = new Set(folds.flatMap(({ items }) => items.map(itemName)));
  const all = ready.folds.flatMap(({ items }) => items);
  throw new Misplaced(all.filter((item) => names.has(itemName(item))));
}

function covers(held: RollupHeld | undefined, row: RollupRow): boolean {
  if (held === undefined) return false;
  const figures = ["calls", "refused", "errors", "units", "bytes"] as const;
  return figures.every((figure) => held[figure] + row[figure] >= 0n);
}

function placeName({ bucketStart, cellId }: RollupPlace): string {
  return `${bucketStart.getTime()} ${cellId}`;
}

function itemName({ kind, index }: UsageItem): string {
  return `${kind} ${index}`;
}
