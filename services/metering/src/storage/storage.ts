import { type Clock, parseId } from "@tollbook/domain";
import type { Database } from "@tollbook/service";
import { answerOnce } from "@tollbook/service/storage";
import type { Storage } from "../app/needs.ts";
import { forgetAnswers } from "./answered-requests.ts";
import { CellDirectory } from "./cells.ts";
import { type Announcer, storeOn } from "./store.ts";
import { countersWithExpiredLeases, dropOldCounters } from "./sweeping.ts";

/** Metering's database as the verbs see it. */
export function storageOn(database: Database, clock: Clock, toEvent: Announcer): Storage {
  const cells = new CellDirectory(database);
  const keepPartitions = async () => {
    const wall = new Date();
    await database.asWorker(async (tx) => {
      await tx.sql("select keep_partitions($1, $2)", [clock.now(), wall]);
      await tx.sql("select keep_foreign_partitions($1)", [wall]);
      await tx.sql("select keep_meter_partitions($1)", [clock.now()]);
    });
  };
  return {
    inAccount: (accountId, work) => {
      const once = () => database.inAccount(accountId, (tx) => work(storeOn(tx, toEvent)));
      return withPartitions(once, keepPartitions);
    },
    once: (accountId, { request, ...repeatable }, work) => {
      const { requestId: text } = request;
      const requestId = text === "" ? undefined : parseId(text, "request_id");
      return database.inAccount(accountId, (tx) => {
        const asked = { ...repeatable, request, requestId };
        return answerOnce(tx, asked, () => work(storeOn(tx, toEvent)));
      });
    },
    forgetAnswers: () => forgetAnswers(database),
    internCells: (accountId, items) => cells.intern(accountId, items),
    keepPartitions,
    countersWithExpiredLeases: () => countersWithExpiredLeases(database),
    dropOldCounters: (now) => dropOldCounters(database, now),
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
