import type { CellRecord } from "../domain/cell-record.ts";
import type { MeterUsage } from "../domain/meter-usage.ts";
import type { Receipt } from "../domain/receipt.ts";
import type { RollupRow } from "../domain/rollup.ts";
import type { UsageBatch, UsageItem } from "../domain/usage-item.ts";

/** A batch as it was answered first. */
export interface AnsweredBatch {
  readonly contentSha256: Buffer;
  readonly receipt: Receipt;
}

/** What a batch's row keeps. */
export interface BatchOutcome extends Omit<Receipt, "commitTime" | "repeated" | "batchId"> {
  readonly countedItems: number;
}

/** A batch and what becomes of it. */
export interface BatchEntry {
  readonly batch: UsageBatch;
  /** What is kept of its counted cells. */
  readonly cells: readonly CellRecord[];
  readonly outcome: BatchOutcome;
}

/** What one event held of one gate's leases. */
export interface EventHold {
  readonly eventId: string;
  readonly gateId: string;
}

/** What was known of events before they were remembered. */
export interface SeenBefore {
  /** None of them was there, and none was given twice. */
  readonly complete: boolean;
  /** Ids that were there already. */
  readonly eventIds: ReadonlySet<string>;
  /** Holds that were released earlier, when their event was rejected. */
  readonly released: readonly EventHold[];
}

/** Batches, seen ids and rollups of one account, in one transaction, in the order of locks. */
export interface UsageStore {
  /**
   * Takes the batches' ids and gives the time, by id, of those that nobody took before; waits for
   * batches of the same ids that are being counted. Outcomes are written as if no event were a
   * duplicate.
   */
  claimBatches(entries: readonly BatchEntry[]): Promise<ReadonlyMap<string, Date>>;
  /** What was answered to batches that are there, by id. */
  answeredBatches(batchIds: readonly string[]): Promise<ReadonlyMap<string, AnsweredBatch>>;
  /** Rewrites the figures once duplicates were found. */
  correctBatches(entries: readonly BatchEntry[]): Promise<void>;
  /**
   * Remembers events that nobody sent before. False if one was there, is among them twice, or had
   * its hold released when it was rejected: the transaction can only be given up then.
   */
  addNew(events: readonly UsageItem[]): Promise<boolean>;
  /** Remembers events. The same one may be among them twice. */
  addSeen(events: readonly UsageItem[]): Promise<SeenBefore>;
  /** Of holds of events that were not counted now: those that nobody released before. */
  claimHolds(holds: readonly EventHold[]): Promise<readonly EventHold[]>;
  /** Adds to rollups; rows must be in lock order. */
  addRollups(rows: readonly RollupRow[]): Promise<void>;
  /** Adds what meters counted that look at each call, after the rollups of these calls. */
  addMeterUsage(usage: MeterUsage): Promise<void>;
}
