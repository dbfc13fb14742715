import type { OutgoingEvent, Tx } from "@tollbook/service";
import type { Store } from "../app/needs.ts";
import type { UsageWatch } from "../app/usage-watch.ts";
import type { Fact } from "../domain/fact.ts";
import { accountOf } from "./account-of.ts";
import { answeredBatches, claimBatches, correctBatches } from "./batches.ts";
import { correctionStore } from "./corrections.ts";
import { fenceStore } from "./fences.ts";
import { foldStore } from "./folds.ts";
import { meterQueryStore } from "./meter-query.ts";
import { addMeterUsage } from "./meter-usage.ts";
import { meterStore } from "./meters.ts";
import { noticeStore } from "./notices.ts";
import { sealStore } from "./periods.ts";
import { quotaStore } from "./quotas.ts";
import { rateStore } from "./rates.ts";
import { rawEventStore } from "./raw-event-query.ts";
import { reconciliationStore } from "./reconciliation.ts";
import { referenceStore } from "./references.ts";
import { addRollups } from "./rollups.ts";
import { addAllSeen, addNewEvents, claimHolds } from "./seen-events.ts";
import { thresholdStore } from "./thresholds.ts";
import { usageQueryStore } from "./usage-query.ts";

/** How facts become events of the outbox. */
export type Announcer = (fact: Fact, accountId: string) => OutgoingEvent;

/** Whom what was committed is told to. */
export interface Telling {
  readonly toEvent: Announcer;
  readonly watch: Pick<UsageWatch, "late" | "passed">;
}

/** One account's rows in a transaction that is open. */
export function storeOn(tx: Tx, { toEvent, watch }: Telling): Store {
  const accountId = accountOf(tx);
  return {
    accountId,
    usage: {
      claimBatches: (entries) => claimBatches(tx, entries),
      answeredBatches: (ids) => answeredBatches(tx, ids),
      correctBatches: (entries) => correctBatches(tx, entries),
      addNew: (events) => addNewEvents(tx, events),
      addSeen: (events) => addAllSeen(tx, events),
      claimHolds: (holds) => claimHolds(tx, holds),
      addRollups: (rows) => addRollups(tx, rows),
      addMeterUsage: (usage) => addMeterUsage(tx, usage),
    },
    corrections: correctionStore(tx),
    fences: fenceStore(tx),
    quotas: quotaStore(tx),
    rates: rateStore(tx),
    thresholds: thresholdStore(tx),
    references: referenceStore(tx),
    seals: sealStore(tx),
    queries: usageQueryStore(tx),
    meters: meterStore(tx),
    meterQueries: meterQueryStore(tx),
    rawEvents: rawEventStore(tx),
    folds: foldStore(tx),
    notices: noticeStore(tx),
    reconciliation: reconciliationStore(tx),
    announce: (fact) => tx.announce(toEvent(fact, accountId)),
    noteLate: (calls) => {
      if (calls !== 0n) tx.afterCommit(() => watch.late(calls));
    },
    notePast: (units) => {
      if (units.size > 0) tx.afterCommit(() => watch.passed(units));
    },
  };
}
