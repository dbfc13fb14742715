import { DomainError } from "@tollbook/domain";
import { checkUsageBatch, isCorrecting } from "../domain/check-usage-batch.ts";
import { foldedEndpoints } from "../domain/endpoint-guard.ts";
import type { Receipt } from "../domain/receipt.ts";
import type { CallerName } from "../domain/usage-heading.ts";
import type { UsageBatch } from "../domain/usage-item.ts";
import { BooksChanged } from "./books-changed.ts";
import {
  type Answers,
  type CountingTimes,
  countBatches,
  type ReadyBatch,
} from "./count-batches.ts";
import { countNewBatches, mayBeNew, NotNew } from "./count-new-batches.ts";
import { GroupedWork } from "./grouped-work.ts";
import { type JudgedBatch, judgeBatch, sift } from "./judge-batch.ts";
import { rawEventsSince } from "./keep-raw-events.ts";
import type { MeterBooks } from "./meter-books.ts";
import type { Needs, Storage } from "./needs.ts";
import type { ReferenceBooks } from "./reference-books.ts";
import { takeBack } from "./take-back.ts";

/** Each time somebody changed a customer or sealed a period meanwhile; that is rare. */
const TRIES_MAX = 8;

/** Times a batch is counted anew because of customers it has nothing of. */
const OTHERS_TRIES_MAX = 100;

/** A client that finds a customer in constant change comes back after this. */
const RETRY_AFTER_MS = 200;

/** Items counted in one transaction: about 30 ms of PostgreSQL for events, less for cells. */
const GROUP_ITEMS_MAX = 4_000;

/** A receipt, and the meters that want each call as an event by now. */
export interface TakenBatch extends Receipt {
  readonly eventMeterIds: readonly string[];
}

/**
 * Adds a batch of usage; the receipt is a promise, given after the commit. Batches of an account
 * that come at the same time share a commit. Throws "invalid" EMPTY_BATCH, BATCH_TOO_LARGE,
 * BATCH_MIXED, ID_MALFORMED, ID_TOO_OLD, ID_TOO_FAR_AHEAD or USAGE_TOO_LARGE, "conflict"
 * BATCH_ID_REUSED, "unavailable" USAGE_BUSY. Bad items are named in the receipt.
 */
export function recordUsage(needs: Needs, books: ReferenceBooks, meterBooks: MeterBooks) {
  const groups = groupedCounts(needs);
  return async (accountId: string, sent: UsageBatch): Promise<TakenBatch> => {
    const moment = { business: needs.clock.now(), wall: new Date() };
    const batchId = checkUsageBatch(sent.batchId, sent.items.length, moment.wall);
    const batch = { ...sent, batchId };
    const correcting = isCorrecting(batch.items);
    const sifted = sift(batch, moment);
    const names = callersOf(sifted);
    let [own, others] = [0, 0];
    while (own < TRIES_MAX && others < OTHERS_TRIES_MAX) {
      const callers = await books.find(accountId, names);
      const meters = await meterBooks.find(accountId);
      const judged = await guarded(needs, accountId, judgeBatch(batch, sifted, callers, meters));
      const dimensions = [...judged.folds, ...judged.samples].map((fold) => fold.dimensions);
      const cellIds = await needs.storage.internCells(accountId, dimensions);
      try {
        const ready = { ...judged, cellIds };
        const receipt = correcting
          ? await takeBack(needs.storage, accountId, ready, moment.business)
          : await groups.do(accountId, ready);
        return { ...receipt, eventMeterIds: meters.eventMeterIds(moment.business) };
      } catch (error) {
        if (!(error instanceof BooksChanged)) throw asTooLarge(error);
        books.forget(accountId, error.customerIds);
        if (error.metersChanged) meterBooks.forget(accountId);
        const isOwn = judged.folds.some(({ book }) => error.customerIds.has(book.customerId));
        if (isOwn) own += 1;
        else others += 1;
      }
    }
    throw busy();
  };
}

/** Too many endpoints are counted as one. */
async function guarded({ storage }: Needs, accountId: string, judged: JudgedBatch) {
  const { folds, samples } = judged;
  const endpoints = [...folds, ...samples].map(({ dimensions }) => dimensions.endpoint);
  const past = await storage.endpointsPastGuard(accountId, endpoints);
  return {
    ...judged,
    folds: foldedEndpoints(folds, past),
    samples: foldedEndpoints(samples, past),
  };
}

function groupedCounts(needs: Needs) {
  const { storage, clock } = needs;
  return new GroupedWork<ReadyBatch, Receipt>({
    run: (accountId, batches) => {
      const times = { now: clock.now(), rawSince: rawEventsSince(needs) };
      return countTogether(storage, accountId, batches, times);
    },
    nameOf: ({ batch }) => batch.batchId,
    sizeOf: ({ batch }) => batch.items.length,
    sizeMax: GROUP_ITEMS_MAX,
    briskMax: 1,
    isOfAll: (error) => error instanceof BooksChanged || error instanceof DomainError,
  });
}

/** Nearly all batches are new, which is worth a try that is cheap. */
async function countTogether(
  storage: Storage,
  accountId: string,
  batches: readonly ReadyBatch[],
  times: CountingTimes,
): Promise<Answers> {
  if (mayBeNew(batches)) {
    try {
      return await storage.inAccount(accountId, (store) => countNewBatches(store, batches, times));
    } catch (error) {
      if (!(error instanceof NotNew)) throw error;
    }
  }
  return storage.inAccount(accountId, (store) => countBatches(store, batches, times));
}

function callersOf({ good, samples }: ReturnType<typeof sift>): CallerName[] {
  const callers = new Map<string, CallerName>();
  for (const items of [good, samples]) {
    for (const { heading } of items) callers.set(heading.callerName, heading.caller);
  }
  return [...callers.values()];
}

function busy(): DomainError {
  const sentence = "What these customers may use is changing right now; please try again.";
  const retry = { retryAfterMs: RETRY_AFTER_MS };
  return new DomainError("unavailable", "USAGE_BUSY", sentence, {}, retry);
}

/** A sum that no longer fits 64 bits: nobody's real usage. */
function asTooLarge(error: unknown): unknown {
  const { code } = error as { code?: unknown };
  if (code !== "22003") return error;
  const sentence = "A sum of calls, units or bytes would pass 9.2 × 10^18.";
  return new DomainError("invalid", "USAGE_TOO_LARGE", sentence, {}, { cause: error });
}
