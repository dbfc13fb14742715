import type { Receipt } from "../domain/receipt.ts";
import type { RollupRow } from "../domain/rollup.ts";
import type { UsageBatch } from "../domain/usage-item.ts";

/** A batch as it was answered first. */
export interface AnsweredBatch {
  readonly contentSha256: Buffer;
  readonly receipt: Receipt;
}

/** What a batch's row keeps. */
export interface BatchOutcome extends Omit<Receipt, "commitTime" | "repeated" | "batchId"> {
  readonly countedItems: number;
}

/** An event's id as it is remembered. */
export interface SeenEvent {
  readonly eventId: string;
  /** The gate of the lease it held, if any. */
  readonly gateId: string | undefined;
  readonly itemHash: bigint;
  /** Its id was made from another system's. */
  readonly foreign: boolean;
}

/** What one event held of one gate's leases. */
export interface EventHold {
  readonly eventId: string;
  readonly gateId: string;
}

/** Batches, seen ids and rollups of one account, in one transaction, in the order of locks. */
export interface UsageStore {
  /**
   * Takes the batch's id, or gives what was answered to it before; waits for a batch of the same
   * id that is being counted. The outcome is written as if no event were a duplicate.
   */
  claimBatch(batch: UsageBatch, outcome: BatchOutcome): Promise<AnsweredBatch | Date>;
  /** Rewrites the figures once duplicates were found. */
  correctBatch(batchId: string, outcome: BatchOutcome): Promise<void>;
  /** Remembers ids; gives those that were there before. */
  addSeen(events: readonly SeenEvent[]): Promise<ReadonlySet<string>>;
  /** Of holds of events that were not counted now: those that nobody released before. */
  claimHolds(holds: readonly EventHold[]): Promise<readonly EventHold[]>;
  /** Of holds of events counted now: those released earlier, when the event was rejected. */
  releasedHolds(holds: readonly EventHold[]): Promise<readonly EventHold[]>;
  /** Adds to rollups; rows must be in lock order. */
  addRollups(rows: readonly RollupRow[]): Promise<void>;
}
