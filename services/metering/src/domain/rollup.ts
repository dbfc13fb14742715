import type { UsageFold } from "./usage-fold.ts";
import { sumsOf } from "./usage-sums.ts";

/** Usage of one cell in one quarter hour, to be added to what is there. */
export interface RollupRow {
  readonly bucketStart: Date;
  readonly cellId: number;
  /** The seal that will close this row; sealed rows are never touched again. */
  readonly sealNumber: number;
  calls: bigint;
  refused: bigint;
  errors: bigint;
  units: bigint;
  bytes: bigint;
  readonly latency: Map<number, number>;
}

/**
 * Sums folds by quarter hour, cell and seal; the rows come sorted by these, which is the order
 * everybody locks them in.
 */
export function foldRollups(
  folds: readonly UsageFold[],
  cellIdOf: (fold: UsageFold) => number,
): RollupRow[] {
  const rows = new Map<string, RollupRow>();
  for (const fold of folds) {
    const { bucketStart, period } = fold;
    const cellId = cellIdOf(fold);
    const sealNumber = (period?.sealNumber ?? 0) + 1;
    const name = `${bucketStart.getTime()} ${cellId} ${sealNumber}`;
    const row = rows.get(name) ?? emptyRow(bucketStart, cellId, sealNumber);
    rows.set(name, row);
    add(row, fold);
  }
  return [...rows.values()].sort(inLockOrder);
}

function emptyRow(bucketStart: Date, cellId: number, sealNumber: number): RollupRow {
  const figures = { calls: 0n, refused: 0n, errors: 0n, units: 0n, bytes: 0n };
  return { bucketStart, cellId, sealNumber, ...figures, latency: new Map() };
}

/** A refused call used nothing: only that it was refused is counted. */
function add(row: RollupRow, fold: UsageFold): void {
  const { count, units, bytes, latency } = sumsOf(fold);
  if (fold.refused) {
    row.refused += count;
    return;
  }
  row.calls += count;
  if (fold.status >= 400) row.errors += count;
  row.units += units;
  row.bytes += bytes;
  for (const [bucket, calls] of latency) {
    row.latency.set(bucket, (row.latency.get(bucket) ?? 0) + calls);
  }
}

function inLockOrder(one: RollupRow, other: RollupRow): number {
  return (
    one.bucketStart.getTime() - other.bucketStart.getTime() ||
    one.cellId - other.cellId ||
    one.sealNumber - other.sealNumber
  );
}
