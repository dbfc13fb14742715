import { type Clock, parseId } from "@tollbook/domain";
import type { Database } from "@tollbook/service";
import { answerOnce } from "@tollbook/service/storage";
import type { Storage } from "../app/needs.ts";
import { forgetAnswers } from "./answered-requests.ts";
import { CellDirectory } from "./cells.ts";
import { EndpointDirectory } from "./endpoints.ts";
import { keepPartitions, type Retention } from "./partitions.ts";
import { storeOn, type Telling } from "./store.ts";
import {
  accountsToFold,
  accountsToNotice,
  accountsToProve,
  countersToReclaim,
  countersWithExpiredLeases,
  dropOldCorrections,
  dropOldCounters,
  dropOldShares,
  strandedUnits,
} from "./sweeping.ts";

/** How much is kept, and for how long. */
export interface StorageSettings extends Retention {
  /** Endpoints of an account that may be new in one month; more are counted as one. */
  readonly endpointsMax: number;
}

/** Metering's database as the verbs see it. */
export function storageOn(
  database: Database,
  clock: Clock,
  telling: Telling,
  { endpointsMax, ...retention }: StorageSettings,
): Storage {
  const { toEvent } = telling;
  const cells = new CellDirectory(database);
  const endpoints = new EndpointDirectory({ database, clock, toEvent, max: endpointsMax });
  const keep = async () => {
    await keepPartitions(database, clock.now(), retention);
  };
  return {
    inAccount: (accountId, work) => {
      const once = () => database.inAccount(accountId, (tx) => work(storeOn(tx, telling)));
      return withPartitions(once, keep);
    },
    snapshotOf: (accountId, work) => {
      return database.snapshotOf(accountId, (tx) => work(storeOn(tx, telling)));
    },
    once: (accountId, { request, ...repeatable }, work) => {
      const { requestId: text } = request;
      const requestId = text === "" ? undefined : parseId(text, "request_id");
      return database.inAccount(accountId, (tx) => {
        const asked = { ...repeatable, request, requestId };
        return answerOnce(tx, asked, () => work(storeOn(tx, telling)));
      });
    },
    forgetAnswers: () => forgetAnswers(database),
    endpointsPastGuard: (accountId, names) => endpoints.pastGuard(accountId, names),
    internCells: (accountId, items) => cells.intern(accountId, items),
    keepPartitions: keep,
    accountsToFold: (until) => accountsToFold(database, until),
    accountsToNotice: (until) => accountsToNotice(database, until),
    accountsToProve: (count) => accountsToProve(database, count),
    strandedUnits: (now) => strandedUnits(database, now),
    countersToReclaim: (expiredSinceMs, now) => countersToReclaim(database, expiredSinceMs, now),
    countersWithExpiredLeases: () => countersWithExpiredLeases(database),
    dropOldCounters: (now) => dropOldCounters(database, now),
    dropOldCorrections: () => dropOldCorrections(database),
    dropOldShares: () => dropOldShares(database),
  };
}

/** Business time may travel past the partitions that were made ahead; then they are made now. */
async function withPartitions<T>(once: () => Promise<T>, keep: () => Promise<void>): Promise<T> {
  try {
    return await once();
  } catch (error) {
    if (!lacksPartition(error)) throw error;
    await keep();
    return once();
  }
}

function lacksPartition(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  return code === "23514" && error.message.includes("no partition of relation");
}
