import { batchIdReused } from "../domain/check-usage-batch.ts";
import { consumptionsOf, unitsPast } from "../domain/consumption.ts";
import type { MeterSet } from "../domain/meter-set.ts";
import { foldMeterUsage } from "../domain/meter-usage.ts";
import type { Receipt } from "../domain/receipt.ts";
import { type HoldTally, releasesOf } from "../domain/released-holds.ts";
import { foldRollups, lateCalls, type RollupRow } from "../domain/rollup.ts";
import { crossedPercents, watchedPercents } from "../domain/threshold.ts";
import type { CellDimensions, UsageFold } from "../domain/usage-fold.ts";
import { refuseOldBooks } from "./books-changed.ts";
import { type Countable, countable, withoutSeen } from "./countable.ts";
import { addToFoldedDays } from "./folded-days.ts";
import type { JudgedBatch } from "./judge-batch.ts";
import { keepRawEvents } from "./keep-raw-events.ts";
import type { Store } from "./needs.ts";
import { noteCrossings } from "./note-crossings.ts";
import { releasedBy, withoutReleased } from "./release-holds.ts";
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
 * leases, thresholds, outbox. Only if rows are fewer than they should be is it asked which were
 * there. Batches that nobody sent before are counted faster by `countNewBatches`.
 */
export async function countBatches(
  store: Store,
  batches: readonly ReadyBatch[],
  times: CountingTimes,
): Promise<Answers> {
  const hoped = [...batches].sort(byId).map((ready) => countable(ready, ready.folds));
  const claims = await store.usage.claimBatches(hoped);
  const claimed = hoped.filter(({ batch }) => claims.has(batch.batchId));
  const answers = new Map<ReadyBatch, Receipt | Error>(await repeats(store, hoped, claims));
  const seen = await store.usage.addSeen(claimed.flatMap(({ ready }) => ready.events));
  const counted = seen.complete ? claimed : withoutSeen(claimed, seen.eventIds);
  await store.usage.correctBatches(counted.filter(({ duplicates }) => duplicates.length > 0));
  const holds = await releasedBy(store, counted, seen.released);
  await count(store, withoutReleased(counted, seen.released), holds, times);
  for (const one of counted) {
    answers.set(one.ready, receiptOf(one, claims.get(one.batch.batchId) as Date));
  }
  return answers;
}

/** Answers to batches that were there before. */
async function repeats(
  store: Store,
  hoped: readonly Countable[],
  claims: ReadonlyMap<string, Date>,
) {
  const others = hoped.filter(({ batch }) => !claims.has(batch.batchId));
  const answered = await store.usage.answeredBatches(others.map(({ batch }) => batch.batchId));
  return others.flatMap(({ ready, batch }): [ReadyBatch, Receipt | Error][] => {
    const before = answered.get(batch.batchId);
    return before === undefined ? [] : [[ready, repeat(ready, before)]];
  });
}

/** What a batch is told that was counted at a time. */
export function receiptOf({ batch, outcome }: Countable, commitTime: Date): Receipt {
  return { batchId: batch.batchId, ...outcome, commitTime, repeated: false };
}

export function byId({ batch: one }: ReadyBatch, { batch: other }: ReadyBatch): number {
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
  times: CountingTimes,
): Promise<void> {
  const usage = usageOf(counted);
  if (usage === undefined) return;
  await addUsage(store, usage, times);
  await store.usage.addMeterUsage(foldMeterUsage(usage.folds, usage.meters, usage.cellIdOf));
  const { foldedUntil } = await refuseOldBooks(store, usage.folds, usage.sets);
  await addToFoldedDays(store, usage.rollups, foldedUntil);
  await consume(store, usage, holds, times);
}

/** All that batches add to one account. */
export interface CountedUsage {
  readonly folds: readonly UsageFold[];
  readonly samples: readonly UsageFold[];
  readonly sets: readonly MeterSet[];
  /** Theirs if all were judged by the same, which `refuseOldBooks` makes sure of. */
  readonly meters: MeterSet;
  readonly rollups: readonly RollupRow[];
  readonly cellIdOf: (fold: UsageFold) => number;
}

/** What batches add; undefined if there are none. */
export function usageOf(counted: readonly Countable[]): CountedUsage | undefined {
  const sets = [...new Set(counted.map(({ ready }) => ready.meters))];
  const [meters] = sets;
  if (meters === undefined) return undefined;
  const cellIdOf = cellIdIn(...counted.map(({ ready }) => ready.cellIds));
  const folds = counted.flatMap((one) => one.folds);
  const samples = counted.flatMap(({ ready }) => ready.samples);
  return { folds, samples, sets, meters, rollups: foldRollups(folds, cellIdOf), cellIdOf };
}

/** Adds to rollups and the live log, whose statements do not wait for each other. */
export async function addUsage(
  store: Store,
  { folds, samples, rollups, cellIdOf }: CountedUsage,
  { rawSince }: CountingTimes,
): Promise<void> {
  store.noteLate(lateCalls(rollups));
  await Promise.all([
    store.usage.addRollups(rollups),
    keepRawEvents(store, { folds, samples }, cellIdOf, rawSince),
  ]);
}

/** Adds to counters, gives back what was held, and notes what was passed. */
export async function consume(
  store: Store,
  { folds, meters }: CountedUsage,
  holds: HoldTally,
  { now }: CountingTimes,
): Promise<void> {
  const consumptions = consumptionsOf(store.accountId, folds, meters, now);
  const releases = releasesOf(holds);
  const { after, late } = await store.quotas.consume(consumptions, releases);
  store.notePast(unitsPast(consumptions, releases, late));
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
export function cellIdIn(...cellIds: readonly ReadonlyMap<CellDimensions, number>[]) {
  return ({ dimensions }: UsageFold): number => {
    for (const known of cellIds) {
      const cellId = known.get(dimensions);
      if (cellId !== undefined) return cellId;
    }
    throw new Error("usage is counted whose cell has no number");
  };
}
