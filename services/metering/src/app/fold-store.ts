import type { Interval } from "@tollbook/domain";
import type { RollupRow } from "../domain/rollup.ts";
import type { FoldedDays } from "../domain/usage-pieces.ts";

/**
 * Day rollups of one account. Who folds takes the account's fence alone, so no usage is counted
 * meanwhile; who counts shares it, and adds what lies in folded time to the days as well.
 */
export interface FoldStore {
  /** How far days are made, without a lock; undefined if none are. */
  folded(): Promise<FoldedDays | undefined>;
  /** The same under the account's fence, taken alone. */
  close(): Promise<FoldedDays | undefined>;
  /** The same under the account's fence, shared. */
  share(): Promise<FoldedDays | undefined>;
  /** Begins to make days anew, in a zone; those made before are no longer read. */
  restart(zone: string, number: number): Promise<void>;
  /** Start of the first bucket with usage at or after a time and before an end. */
  firstBucket(from: Date, end: Date): Promise<Date | undefined>;
  /** Adds the quarter hours of a span, a part of a day, to the day's rollups. */
  fold(day: Interval, span: Interval, number: number): Promise<void>;
  advance(until: Date): Promise<void>;
  /** Adds rows, all of them before `until`, to the days they fall into. */
  addLate(rows: readonly RollupRow[], folded: FoldedDays): Promise<void>;
  /** Sums the folded days of these cells anew, from their quarter hours of a span. */
  refold(cellIds: readonly number[], span: Interval, folded: FoldedDays): Promise<void>;
  /** Drops some days of zones before; true if there may be more. */
  dropOldDays(number: number): Promise<boolean>;
}
