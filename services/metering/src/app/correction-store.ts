import type { CellRecord } from "../domain/cell-record.ts";
import type { CellFigures } from "../domain/correction.ts";

/** Names a cell counted earlier. */
export interface CellPlace {
  readonly batchId: string;
  readonly index: number;
}

/** What was taken back of a cell in all. */
export interface TakenCell extends CellPlace {
  readonly taken: CellFigures;
}

/** A rollup's cell in one quarter hour, over all its seals. */
export interface RollupPlace {
  readonly bucketStart: Date;
  readonly cellId: number;
}

/** What a rollup holds, all seals together. */
export interface RollupHeld extends RollupPlace {
  readonly calls: bigint;
  readonly refused: bigint;
  readonly errors: bigint;
  readonly units: bigint;
  readonly bytes: bigint;
}

/** What was counted and can be taken back, and what was. Locks come in the order of the methods. */
export interface CorrectionStore {
  /** Hashes of counted events, by id. */
  eventHashes(eventIds: readonly string[]): Promise<ReadonlyMap<string, bigint>>;
  /** Counted cells, by batch. */
  cellsOf(batchIds: readonly string[]): Promise<ReadonlyMap<string, readonly CellRecord[]>>;
  /** Marks events as taken back by others; gives who took back those that were marked before. */
  claimEvents(
    events: readonly { readonly eventId: string; readonly by: string }[],
  ): Promise<ReadonlyMap<string, string>>;
  /** Locks what was taken of cells so far, in the order asked. */
  lockCells(places: readonly CellPlace[]): Promise<readonly TakenCell[]>;
  saveCells(cells: readonly TakenCell[]): Promise<void>;
  /** Locks rollups of these places under all seals. */
  lockRollups(places: readonly RollupPlace[]): Promise<readonly RollupHeld[]>;
}
