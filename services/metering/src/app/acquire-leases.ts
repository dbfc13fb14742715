import { DomainError } from "@tollbook/domain";
import { answerGate } from "./answer-gate.ts";
import { askedBundle } from "./asked-bundle.ts";
import { BooksChanged } from "./books-changed.ts";
import type { LeaseAnswer } from "./lease-answer.ts";
import { checkLeaseRequest, type LeaseAsk, type LeaseRequest } from "./lease-request.ts";
import type { MeterBooks } from "./meter-books.ts";
import type { Needs } from "./needs.ts";
import type { Caller, ReferenceBooks } from "./reference-books.ts";

/** Each time somebody changed a customer meanwhile; that is rare. */
const TRIES_MAX = 8;

/**
 * Grants calls to a gate: for each ask room on every limit that applies, or none at all. Throws
 * "invalid" INVALID_REQUEST, "unavailable" USAGE_BUSY.
 */
export function acquireLeases(needs: Needs, books: ReferenceBooks, meterBooks: MeterBooks) {
  return async (accountId: string, request: LeaseRequest): Promise<LeaseAnswer> => {
    checkLeaseRequest(request);
    const { storage, clock, settings } = needs;
    for (let tries = 1; tries <= TRIES_MAX; tries += 1) {
      const callers = await findEntitled(books, accountId, request.asks);
      const meters = await meterBooks.find(accountId);
      const now = clock.now();
      const bundles = request.asks.map((ask) => {
        return askedBundle(accountId, ask, callers.get(ask.keyId), meters, now);
      });
      const question = { request, bundles, meters, settings, now };
      try {
        return await storage.inAccount(accountId, (store) => answerGate(store, question));
      } catch (error) {
        if (!(error instanceof BooksChanged)) throw error;
        books.forget(accountId, error.customerIds);
        if (error.metersChanged) meterBooks.forget(accountId);
      }
    }
    const sentence = "What these customers may use is changing right now; please try again.";
    throw new DomainError("unavailable", "USAGE_BUSY", sentence, {}, { retryAfterMs: 200 });
  };
}

/** Nobody is told "no limits" before billing has said so. */
async function findEntitled(
  books: ReferenceBooks,
  accountId: string,
  asks: readonly LeaseAsk[],
): Promise<ReadonlyMap<string, Caller>> {
  const names = asks.map(({ keyId }) => ({ kind: "key", keyId }) as const);
  const callers = await books.find(accountId, names);
  const strangers = new Set(
    [...callers.values()].flatMap((caller) => {
      return typeof caller === "string" || caller.book.entitled ? [] : [caller.book.customerId];
    }),
  );
  if (strangers.size === 0) return callers;
  await books.entitle(accountId, [...strangers]);
  return books.find(accountId, names);
}
