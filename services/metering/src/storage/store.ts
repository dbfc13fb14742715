import type { OutgoingEvent, Tx } from "@tollbook/service";
import type { Store } from "../app/needs.ts";
import type { Fact } from "../domain/fact.ts";
import { accountOf } from "./account-of.ts";
import { claimBatch, correctBatch } from "./batches.ts";
import { fenceStore } from "./fences.ts";
import { addForeign } from "./foreign-events.ts";
import { sealStore } from "./periods.ts";
import { quotaStore } from "./quotas.ts";
import { referenceStore } from "./references.ts";
import { addRollups } from "./rollups.ts";
import { addSeen, claimHolds, releasedHolds } from "./seen-events.ts";
import { thresholdStore } from "./thresholds.ts";
import { usageQueryStore } from "./usage-query.ts";

/** How facts become events of the outbox. */
export type Announcer = (fact: Fact, accountId: string) => OutgoingEvent;

/** One account's rows in a transaction that is open. */
export function storeOn(tx: Tx, toEvent: Announcer): Store {
  const accountId = accountOf(tx);
  return {
    accountId,
    usage: {
      claimBatch: (batch, outcome) => claimBatch(tx, batch, outcome),
      correctBatch: (batchId, outcome) => correctBatch(tx, batchId, outcome),
      addSeen: async (events) => {
        const seen = await addSeen(
          tx,
          events.filter(({ foreign }) => !foreign),
        );
        const foreign = await addForeign(
          tx,
          events.filter((event) => event.foreign),
        );
        return new Set([...seen, ...foreign]);
      },
      claimHolds: (holds) => claimHolds(tx, holds),
      releasedHolds: (holds) => releasedHolds(tx, holds),
      addRollups: (rows) => addRollups(tx, rows),
    },
    fences: fenceStore(tx),
    quotas: quotaStore(tx),
    thresholds: thresholdStore(tx),
    references: referenceStore(tx),
    seals: sealStore(tx),
    queries: usageQueryStore(tx),
    announce: (fact) => tx.announce(toEvent(fact, accountId)),
  };
}
