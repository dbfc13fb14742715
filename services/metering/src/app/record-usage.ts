import { DomainError } from "@tollbook/domain";
import { dimensionsOf } from "../domain/attribution.ts";
import { checkUsageBatch } from "../domain/check-usage-batch.ts";
import type { Receipt } from "../domain/receipt.ts";
import type { UsageBatch } from "../domain/usage-item.ts";
import { BooksChanged, countBatch } from "./count-batch.ts";
import { type JudgedBatch, judgeBatch, sift } from "./judge-batch.ts";
import type { Needs } from "./needs.ts";
import type { ReferenceBooks } from "./reference-books.ts";

/** Each time somebody changed a customer or sealed a period meanwhile; that is rare. */
const TRIES_MAX = 8;

/** A client that finds a customer in constant change comes back after this. */
const RETRY_AFTER_MS = 200;

/**
 * Adds a batch of usage; the receipt is a promise, given after the commit. Throws "invalid"
 * EMPTY_BATCH, BATCH_TOO_LARGE, ID_MALFORMED, ID_TOO_OLD, ID_TOO_FAR_AHEAD or USAGE_TOO_LARGE,
 * "conflict" BATCH_ID_REUSED, "unavailable" USAGE_BUSY. Bad items are named in the receipt.
 */
export function recordUsage(needs: Needs, books: ReferenceBooks) {
  return async (accountId: string, sent: UsageBatch): Promise<Receipt> => {
    const moment = { business: needs.clock.now(), wall: new Date() };
    const batchId = checkUsageBatch(sent.batchId, sent.items.length, moment.wall);
    const batch = { ...sent, batchId };
    const sifted = sift(batch, moment);
    for (let tries = 1; tries <= TRIES_MAX; tries += 1) {
      const names = sifted.good.map(({ caller }) => caller);
      const judged = judgeBatch(batch, sifted, await books.find(accountId, names));
      try {
        return await count(needs, accountId, judged, moment.business);
      } catch (error) {
        if (!(error instanceof BooksChanged)) throw asTooLarge(error);
        const customers = judged.accepted.map(({ book }) => book.customerId);
        books.forget(accountId, customers);
      }
    }
    const sentence = "What these customers may use is changing right now; please try again.";
    throw new DomainError(
      "unavailable",
      "USAGE_BUSY",
      sentence,
      {},
      { retryAfterMs: RETRY_AFTER_MS },
    );
  };
}

async function count(needs: Needs, accountId: string, judged: JudgedBatch, now: Date) {
  const { storage } = needs;
  const cells = await storage.internCells(accountId, judged.accepted.map(dimensionsOf));
  const numbers = new Map(judged.accepted.map((item, at) => [item, cells[at] ?? 0]));
  return storage.inAccount(accountId, (store) => {
    return countBatch(store, judged, (item) => numbers.get(item) ?? 0, now);
  });
}

/** A sum that no longer fits 64 bits: nobody's real usage. */
function asTooLarge(error: unknown): unknown {
  const { code } = error as { code?: unknown };
  if (code !== "22003") return error;
  const sentence = "A sum of calls, units or bytes would pass 9.2 × 10^18.";
  return new DomainError("invalid", "USAGE_TOO_LARGE", sentence, {}, { cause: error });
}
