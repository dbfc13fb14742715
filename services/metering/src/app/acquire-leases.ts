import { DomainError } from "@tollbook/domain";
import type { GateQuestion } from "./answer-gate.ts";
import { answerGates } from "./answer-gates.ts";
import { askedBundle } from "./asked-bundle.ts";
import { BooksChanged } from "./books-changed.ts";
import { GroupedWork } from "./grouped-work.ts";
import type { LeaseAnswer } from "./lease-answer.ts";
import { checkLeaseRequest, type LeaseAsk, type LeaseRequest } from "./lease-request.ts";
import type { MeterBooks } from "./meter-books.ts";
import type { Needs } from "./needs.ts";
import type { Caller, ReferenceBooks } from "./reference-books.ts";

/** Each time somebody changed a customer meanwhile; that is rare. */
const TRIES_MAX = 8;

/** Asks and leases answered in one transaction: who comes later waits for all of them. */
const GROUP_SIZE_MAX = 400;

/**
 * Grants calls to a gate: for each ask room on every limit that applies, or none at all. Throws
 * "invalid" INVALID_REQUEST, "unavailable" USAGE_BUSY.
 */
export function acquireLeases(needs: Needs, books: ReferenceBooks, meterBooks: MeterBooks) {
  const { clock, settings } = needs;
  const groups = groupedAnswers(needs);
  return async (accountId: string, request: LeaseRequest): Promise<LeaseAnswer> => {
    checkLeaseRequest(request);
    for (let tries = 1; tries <= TRIES_MAX; tries += 1) {
      const callers = await findEntitled(books, accountId, request.asks);
      const meters = await meterBooks.find(accountId);
      const now = clock.now();
      const bundles = request.asks.map((ask) => {
        return askedBundle(accountId, ask, callers.get(ask.keyId), meters, now);
      });
      const question = { request, bundles, meters, settings, now };
      try {
        return await groups.do(accountId, question);
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

/** Gates of one account that ask at the same moment want the same rows, and share a commit. */
function groupedAnswers({ storage }: Needs) {
  return new GroupedWork<GateQuestion, LeaseAnswer>({
    run: (accountId, questions) =>
      storage.inAccount(accountId, (store) => answerGates(store, questions)),
    nameOf: ({ request }) => request.gateId,
    sizeOf,
    sizeMax: GROUP_SIZE_MAX,
    briskMax: 2,
    isOfAll: (error) => error instanceof BooksChanged || error instanceof DomainError,
  });
}

/** Buckets of rates are locked gate by gate: two of a group could lock them crosswise. */
function sizeOf({ request, bundles }: GateQuestion): number {
  const hasRates = bundles.some((bundle) => bundle !== undefined && bundle.rates.length > 0);
  return hasRates ? GROUP_SIZE_MAX : request.asks.length + request.known.length;
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
