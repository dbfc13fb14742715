import type { RecordUsageRequest, RecordUsageResponse } from "@tollbook/contracts/metering/v1";
import { DomainError } from "@tollbook/domain";

/** A batch as its sender knows it. Its request is kept until nobody can want it any more. */
export interface SentBatch {
  readonly batchId: string;
  readonly events: readonly { eventId: string; customer: number }[];
  readonly cells: readonly { customer: number; calls: number }[];
  request: RecordUsageRequest | undefined;
  receipt: Pick<RecordUsageResponse, "counted" | "duplicates" | "commitTime"> | undefined;
  /** Items to be sent anew: it could not be known yet whose they were. */
  retried: { events: ReadonlySet<number>; cells: ReadonlySet<number> } | undefined;
}

/** What one client sent and what was promised to it. */
export class UsageLedger {
  readonly recorderId: string;
  readonly batches = new Map<string, SentBatch>();
  /** What no answer should have said; each is a failure of the run. */
  readonly complaints: string[] = [];
  readonly figures = {
    batches: 0,
    events: 0,
    cells: 0,
    /** Sent although acknowledged. */
    repeats: 0,
    /** Events that were in a batch before. */
    duplicates: 0,
    /** Sent long after they were made, in another order. */
    held: 0,
    /** Batches with usage of hours ago. */
    late: 0,
    /** First answers that said: committed before. The reply to an earlier attempt was lost. */
    lostReplies: 0,
    /** Other content under a known id, refused. */
    forged: 0,
  };

  /** Attempts without a receipt, by what was said instead. */
  readonly failures = new Map<string, number>();

  constructor(recorderId: string) {
    this.recorderId = recorderId;
  }

  add(batch: SentBatch): void {
    this.batches.set(batch.batchId, batch);
    this.figures.batches += 1;
    this.figures.events += batch.events.length;
    this.figures.cells += batch.cells.length;
  }

  /** Takes a receipt in; complains if it is not the one that must come. */
  hear(batch: SentBatch, receipt: RecordUsageResponse): void {
    const { counted, duplicates, commitTime } = receipt;
    const before = batch.receipt;
    if (receipt.rejected > 0) {
      const reasons = JSON.stringify(receipt.rejectedByReason);
      this.complaints.push(`batch ${batch.batchId}: good items were rejected: ${reasons}`);
    }
    if (before === undefined) {
      if (receipt.repeatedBatch) this.figures.lostReplies += 1;
      const { retryEvents, retryCells } = receipt;
      batch.retried = { events: new Set(retryEvents), cells: new Set(retryCells) };
      batch.receipt = { counted, duplicates, commitTime };
      this.#checkSum(batch, receipt);
      return;
    }
    const same = before.counted === counted && before.duplicates === duplicates;
    if (same && before.commitTime?.getTime() === commitTime?.getTime()) return;
    this.complaints.push(`batch ${batch.batchId}: a repeat was given another receipt`);
  }

  noteFailure(error: unknown): void {
    const reason = reasonOf(error);
    this.failures.set(reason, (this.failures.get(reason) ?? 0) + 1);
  }

  #checkSum({ batchId, events, cells, retried }: SentBatch, receipt: RecordUsageResponse): void {
    const taken = events.filter((_, at) => !retried?.events.has(at)).length;
    const inCells = cells
      .filter((_, at) => !retried?.cells.has(at))
      .reduce((sum, { calls }) => sum + calls, 0);
    const told = Number(receipt.counted + receipt.duplicates + receipt.rejected);
    if (told === taken + inCells) return;
    this.complaints.push(`batch ${batchId}: ${taken + inCells} calls sent, ${told} accounted for`);
  }
}

/** An answer that says nothing of its cause is shown as it is: somebody has to look into it. */
function reasonOf(error: unknown): string {
  if (!(error instanceof DomainError)) return String(error);
  return error.kind === "internal" ? `${error.reason} (${error.message})` : error.reason;
}
