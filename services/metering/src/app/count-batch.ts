import type { AttributedItem } from "../domain/attribution.ts";
import { batchIdReused } from "../domain/check-usage-batch.ts";
import { type Consumption, consumptionsOf } from "../domain/consumption.ts";
import { itemHash } from "../domain/item-hash.ts";
import { type Receipt, toldOf } from "../domain/receipt.ts";
import { releasesOf } from "../domain/released-holds.ts";
import { foldRollups } from "../domain/rollup.ts";
import { crossedPercents, watchedPercents } from "../domain/threshold.ts";
import type { HeldByEvent, JudgedBatch } from "./judge-batch.ts";
import type { Store } from "./needs.ts";
import { noteCrossings } from "./note-crossings.ts";
import type { BatchOutcome, EventHold } from "./usage-store.ts";

/** Thrown when a customer or seal changed while its usage was counted: count again. */
export class BooksChanged extends Error {}

/**
 * Counts a judged batch in one transaction. The order of locks is everybody's: batch, seen ids,
 * rollups, seal rows, counters and leases, thresholds, outbox.
 */
export async function countBatch(
  store: Store,
  judged: JudgedBatch,
  cellIdOf: (item: AttributedItem) => number,
  now: Date,
): Promise<Receipt> {
  const { batch, accepted } = judged;
  const { unique, repeated } = splitRepeats(accepted);
  const optimistic = outcomeOf(judged, unique, repeated.length);
  const claimed = await store.usage.claimBatch(batch, optimistic);
  if (!(claimed instanceof Date)) {
    const { contentSha256, receipt } = claimed;
    if (contentSha256.equals(batch.contentSha256)) return receipt;
    const first = { time: receipt.commitTime, sha256: contentSha256 };
    throw batchIdReused(batch.batchId, first, batch.contentSha256);
  }
  const seen = await store.usage.addSeen(unique.filter(isEvent).map(seenEventOf));
  const isNew = ({ item }: AttributedItem) => item.kind === "cell" || !seen.has(item.eventId);
  const counted = unique.filter(isNew);
  const duplicates = [...repeated, ...unique.filter((item) => !isNew(item))];
  const outcome = seen.size === 0 ? optimistic : outcomeOf(judged, counted, duplicates.length);
  if (outcome !== optimistic) await store.usage.correctBatch(batch.batchId, outcome);
  const holds = await releasedBy(store, judged, counted, duplicates);
  await store.usage.addRollups(foldRollups(counted, cellIdOf));
  if (!(await isStillSo(store, counted))) throw new BooksChanged();
  await consume(store, consumptionsOf(store.accountId, counted, now), holds, now);
  return { batchId: batch.batchId, ...outcome, commitTime: claimed, repeated: false };
}

/** The same event twice in one batch is counted at its first place. */
function splitRepeats(items: readonly AttributedItem[]) {
  const ids = new Set<string>();
  const [unique, repeated]: [AttributedItem[], AttributedItem[]] = [[], []];
  for (const attributed of items) {
    const { kind, eventId } = attributed.item;
    if (kind === "event" && ids.has(eventId)) repeated.push(attributed);
    else unique.push(attributed);
    ids.add(eventId);
  }
  return { unique, repeated };
}

function outcomeOf(
  { verdicts }: JudgedBatch,
  counted: readonly AttributedItem[],
  duplicates: number,
): BatchOutcome {
  const calls = counted.reduce((sum, { item }) => sum + item.count, 0n);
  return { counted: calls, countedItems: counted.length, duplicates, ...toldOf(verdicts) };
}

function isEvent({ item }: AttributedItem): boolean {
  return item.kind === "event";
}

function seenEventOf({ item }: AttributedItem) {
  const { eventId, foreign, hold } = item;
  return { eventId, foreign, gateId: hold?.gateId, itemHash: itemHash(item) };
}

/** What is given back: each hold once, whatever became of its item, and however often it came. */
async function releasedBy(
  store: Store,
  { heldByRejected, released }: JudgedBatch,
  counted: readonly AttributedItem[],
  duplicates: readonly AttributedItem[],
) {
  const cells = counted.flatMap(({ item }) => {
    return item.kind === "cell" && item.hold !== undefined ? [item.hold] : [];
  });
  const fresh = counted.flatMap(heldBy);
  const before = new Set((await store.usage.releasedHolds(fresh)).map(holdName));
  const others = [...heldByRejected, ...duplicates.flatMap(heldBy)];
  const claimed = new Set((await store.usage.claimHolds(others)).map(holdName));
  const claimedOnce = others.filter((held) => claimed.delete(holdName(held)));
  const events = [...fresh.filter((held) => !before.has(holdName(held))), ...claimedOnce];
  return [...cells, ...released, ...events.map(({ hold }) => hold)];
}

function heldBy({ item }: AttributedItem): HeldByEvent[] {
  const { kind, eventId, hold } = item;
  if (kind === "cell" || hold === undefined) return [];
  return [{ eventId, gateId: hold.gateId, hold }];
}

function holdName({ eventId, gateId }: EventHold): string {
  return `${eventId} ${gateId}`;
}

/** Shares the rows all this was worked out from; false if one has changed meanwhile. */
async function isStillSo(store: Store, counted: readonly AttributedItem[]): Promise<boolean> {
  const customers = new Map<string, { customerId: string; fence: bigint }>();
  const periods = new Map<string, Parameters<Store["fences"]["share"]>[1][number]>();
  for (const { book, subscription, period } of counted) {
    const { customerId, fence } = book;
    if (subscription === undefined || period === undefined) {
      customers.set(customerId, { customerId, fence });
      continue;
    }
    const { subscriptionId } = subscription;
    const { start, sealNumber } = period;
    const name = `${subscriptionId} ${start.getTime()}`;
    periods.set(name, { subscriptionId, start, fence, sealNumber });
  }
  return store.fences.share([...customers.values()], [...periods.values()]);
}

async function consume(
  store: Store,
  consumptions: readonly Consumption[],
  holds: Parameters<typeof releasesOf>[0],
  now: Date,
): Promise<void> {
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
