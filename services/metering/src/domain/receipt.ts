import type { Rejection } from "./rejection.ts";

/** Rejections told one by one; the rest only by reason. */
export const REJECTIONS_TOLD_MAX = 100;

/** What became of a batch. */
export interface Receipt {
  readonly batchId: string;
  /** Calls newly counted, refused ones included; below zero: calls taken back. */
  readonly counted: bigint;
  /** Events that were counted before under the same id. */
  readonly duplicates: number;
  readonly rejected: number;
  readonly rejections: readonly Rejection[];
  readonly rejectedByReason: Readonly<Record<string, number>>;
  readonly retryEvents: readonly number[];
  readonly retryCells: readonly number[];
  /** When the batch was committed first, by the database's clock. */
  readonly commitTime: Date;
  /** The answer to a batch that had been committed before. */
  readonly repeated: boolean;
}

/** A batch's items by what became of them, before duplicates are known. */
export interface Verdicts {
  readonly rejections: readonly Rejection[];
  readonly retryEvents: readonly number[];
  readonly retryCells: readonly number[];
}

/** The parts of a receipt that tell of items not taken. */
export function toldOf({ rejections, retryEvents, retryCells }: Verdicts) {
  const rejectedByReason: Record<string, number> = {};
  for (const { reason } of rejections) {
    rejectedByReason[reason] = (rejectedByReason[reason] ?? 0) + 1;
  }
  return {
    rejected: rejections.length,
    rejections: rejections.slice(0, REJECTIONS_TOLD_MAX),
    rejectedByReason,
    retryEvents,
    retryCells,
  };
}
