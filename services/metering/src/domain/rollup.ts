import { LATENCY_BUCKETS } from "./latency.ts";
import type { UsageFold } from "./usage-fold.ts";

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
  /** Calls by bucket of the latency histogram, all of them. */
  readonly latency: number[];
}

/**
 * Sums folds by quarter hour, cell and seal; the rows come sorted by these, which is the order
 * everybody locks them in.
 */
export function foldRollups(
  folds: readonly UsageFold[],
  cellIdOf: (fold: UsageFold) => number,
): RollupRow[] {
  const rows = new Map<number, RollupRow[]>();
  for (const fold of folds) {
    const cellId = cellIdOf(fold);
    const ofCell = rows.get(cellId) ?? [];
    if (ofCell.length === 0) rows.set(cellId, ofCell);
    add(rowFor(ofCell, fold, cellId), fold);
  }
  return [...rows.values()].flat().sort(inLockOrder);
}

/** A cell has few rows in one batch: its calls come from few quarter hours. */
function rowFor(ofCell: RollupRow[], { bucketStart, period }: UsageFold, cellId: number) {
  const sealNumber = (period?.sealNumber ?? 0) + 1;
  const time = bucketStart.getTime();
  const isThis = (row: RollupRow) => {
    return row.bucketStart.getTime() === time && row.sealNumber === sealNumber;
  };
  const known = ofCell.find(isThis);
  if (known !== undefined) return known;
  const row = emptyRow(bucketStart, cellId, sealNumber);
  ofCell.push(row);
  return row;
}

/** Calls, refused ones included, of periods that were sealed before; below zero: taken back. */
export function lateCalls(rows: readonly RollupRow[]): bigint {
  const late = rows.filter(({ sealNumber }) => sealNumber > 1);
  return late.reduce((sum, { calls, refused }) => sum + calls + refused, 0n);
}

function emptyRow(bucketStart: Date, cellId: number, sealNumber: number): RollupRow {
  const figures = { calls: 0n, refused: 0n, errors: 0n, units: 0n, bytes: 0n };
  return {
    bucketStart,
    cellId,
    sealNumber,
    ...figures,
    latency: Array<number>(LATENCY_BUCKETS).fill(0),
  };
}

/** A refused call used nothing: only that it was refused is counted. */
function add(row: RollupRow, fold: UsageFold): void {
  const { count, units, bytes } = fold.sums;
  if (fold.refused) {
    row.refused += count;
    return;
  }
  row.calls += count;
  if (fold.status >= 400) row.errors += count;
  row.units += units;
  row.bytes += bytes;
  for (const { latency } of fold.items) {
    for (const [bucket, calls] of latency) row.latency[bucket] = (row.latency[bucket] ?? 0) + calls;
  }
}

function inLockOrder(one: RollupRow, other: RollupRow): number {
  return (
    one.bucketStart.getTime() - other.bucketStart.getTime() ||
    one.cellId - other.cellId ||
    one.sealNumber - other.sealNumber
  );
}
