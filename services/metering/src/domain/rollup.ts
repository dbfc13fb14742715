import type { AttributedItem } from "./attribution.ts";
import type { UsageItem } from "./usage-item.ts";

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
  readonly latency: Map<number, bigint>;
}

/**
 * Sums items by quarter hour, cell and seal; the rows come sorted by these, which is the order
 * everybody locks them in.
 */
export function foldRollups(
  items: readonly AttributedItem[],
  cellIdOf: (item: AttributedItem) => number,
): RollupRow[] {
  const rows = new Map<string, RollupRow>();
  for (const attributed of items) {
    const { bucketStart, period, item } = attributed;
    const cellId = cellIdOf(attributed);
    const sealNumber = (period?.sealNumber ?? 0) + 1;
    const name = `${bucketStart.getTime()} ${cellId} ${sealNumber}`;
    const row = rows.get(name) ?? emptyRow(bucketStart, cellId, sealNumber);
    rows.set(name, row);
    add(row, item);
  }
  return [...rows.values()].sort(inLockOrder);
}

function emptyRow(bucketStart: Date, cellId: number, sealNumber: number): RollupRow {
  const figures = { calls: 0n, refused: 0n, errors: 0n, units: 0n, bytes: 0n };
  return { bucketStart, cellId, sealNumber, ...figures, latency: new Map() };
}

/** A refused call used nothing: only that it was refused is counted. */
function add(row: RollupRow, item: UsageItem): void {
  if (item.refused) {
    row.refused += item.count;
    return;
  }
  row.calls += item.count;
  if (item.status >= 400) row.errors += item.count;
  row.units += item.units;
  row.bytes += item.requestBytes + item.responseBytes;
  for (const [bucket, calls] of item.latency) {
    row.latency.set(bucket, (row.latency.get(bucket) ?? 0n) + calls);
  }
}

function inLockOrder(one: RollupRow, other: RollupRow): number {
  return (
    one.bucketStart.getTime() - other.bucketStart.getTime() ||
    one.cellId - other.cellId ||
    one.sealNumber - other.sealNumber
  );
}
