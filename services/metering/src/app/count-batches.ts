import { batchIdReused } from "../domain/check-usage-batch.ts";
import { consumptionsOf } from "../domain/consumption.ts";
import { foldMeterUsage } from "../domain/meter-usage.ts";
import type { Receipt } from "../domain/receipt.ts";
import { type HoldTally, releasesOf } from "../domain/released-holds.ts";
import { foldRollups } from "../domain/rollup.ts";
import { crossedPercents, watchedPercents } from "../domain/threshold.ts";
import type { CellDimensions, UsageFold } from "../domain/usage-fold.ts";
import { refuseOldBooks } from "./books-changed.ts";
import { type Countable, countable, withoutSeen } from "./countable.ts";
import { addToFoldedDays } from "./folded-days.ts";
import type { JudgedBatch } from "./judge-batch.ts";
import { keepRawEvents } from "./keep-raw-events.ts";
import type { Store } from "./needs.ts";
import { noteCrossings } from "./note-crossings.ts";
import { releasedBy } from "./release-holds.ts";
import type { AnsweredBatch } from "./usage-store.ts";

/** A judged batch with the numbers of its cells. */
export interface ReadyBatch extends JudgedBatch {
  readonly cellIds: ReadonlyMap<CellDimensions, number>;
}

/** When it is counted, and since when single calls are kept; undefined: they are not. */
export interface CountingTimes {
  readonly now: Date;
  readonly rawSince: Date | undefined;
}

/** What each batch is told: its receipt, or that its id was used for something else. */
export type Answers = ReadonlyMap<ReadyBatch, Receipt | Error>;

/**
 * Counts batches of one account in one transaction. The order of locks is everybody's: batches,
 * seen ids, rollups, what meters keep beside them, seal rows, the account's row, days, counters and
 * leases, thresholds, outbox. Written for batches that nobody sent before: only if rows are fewer
 * than they should be is it asked which were there.
 */
export async function countBatches(
  store: Store,
  batches: readonly ReadyBatch[],
  times: CountingTimes,
): Promise<Answers> {
  const hoped = [...batches].sort(byId).map((ready) => countable(ready, ready.folds));
  const claims = await store.usage.claimBatches(hoped);
  const answers = new Map<ReadyBatch, Receipt | Error>();
  const claimed = hoped.filter(({ ready, batch }) => {
    const claim = claims.get(batch.batchId);
    if (claim !== undefined && !(claim instanceof Date)) answers.set(ready, repeat(ready, claim));
    return claim instanceof Date;
  });
  const seen = await store.usage.addSeen(claimed.flatMap(({ ready }) => ready.events));
  const counted = seen.complete ? claimed : withoutSeen(claimed, seen.eventIds);
  await store.usage.correctBatches(counted.filter(({ duplicates }) => duplicates.length > 0));
  const holds = await releasedBy(store, counted, seen.released);
  await count(store, counted, holds, times);
  for (const { ready, batch, outcome } of counted) {
    const commitTime = claims.get(batch.batchId) as Date;
    answers.set(ready, { batchId: batch.batchId, ...outcome, commitTime, repeated: false });
  }
  return answers;
}

function byId({ batch: one }: ReadyBatch, { batch: other }: ReadyBatch): number {
  return one.batchId < other.batchId ? -1 : 1;
}

/** A retry is told apart from a mistake by what it says. */
export function repeat({ batch }: ReadyBatch, { contentSha256, receipt }: AnsweredBatch) {
  if (contentSha256.equals(batch.contentSha256)) return receipt;
  const first = { time: receipt.commitTime, sha256: contentSha256 };
  return batchIdReused(batch.batchId, first, batch.contentSha256);
}

/** Adds folds to rollups, counters and meters; those below zero take back. */
export async function count(
  store: Store,
  counted: readonly Countable[],
  holds: HoldTally,
  { now, rawSince }: CountingTimes,
): Promise<void> {
  const cellIds = new Map(counted.flatMap(({ ready }) => [...ready.cellIds]));
  const folds = counted.flatMap((one) => one.folds);
  const sets = [...new Set(counted.map(({ ready }) => ready.meters))];
  const [meters] = sets;
  if (meters === undefined) return;
  const rollups = foldRollups(folds, cellIdIn(cellIds));
  await store.usage.addRollups(rollups);
  await store.usage.addMeterUsage(foldMeterUsage(folds, meters, cellIdIn(cellIds)));
  const samples = counted.flatMap(({ ready }) => ready.samples);
  await keepRawEvents(store, { folds, samples }, cellIdIn(cellIds), rawSince);
  const { foldedUntil } = await refuseOldBooks(store, folds, sets);
  await addToFoldedDays(store, rollups, foldedUntil);
  const consumptions = consumptionsOf(store.accountId, folds, meters, now);
  const after = await store.quotas.consume(consumptions, releasesOf(holds));
  const passed = consumptions.flatMap(({ counter, units, limits }) => {
    const used = after.get(counter.counterId) ?? 0n;
    return [...limits.values()].map(({ limit, thresholdPercents }) => {
      const watched = watchedPercents(thresholdPercents);
      const percents = crossedPercents(used - units, used, limit.quota, watched);
      return { counter, limit, used, percents, tell: true };
    });
  });
  await noteCrossings(store, passed, now);
}

/** The number of a fold's cell, among those interned before. */
export function cellIdIn(cellIds: ReadonlyMap<CellDimensions, number>) {
  return ({ dimensions }: UsageFold): number => {
    const cellId = cellIds.get(dimensions);
    if (cellId === undefined) throw new Error("usage is counted whose cell has no number");
    return cellId;
  };
}
