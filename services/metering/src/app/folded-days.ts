import type { Interval } from "@tollbook/domain";
import type { RollupRow } from "../domain/rollup.ts";
import type { FoldedDays } from "../domain/usage-pieces.ts";
import type { Store } from "./needs.ts";

/**
 * Adds what was just added to rollups to days as well, where they are folded already. The account's
 * fence must be shared, and `until` be what it said: nothing more is folded until the commit.
 */
export async function addToFoldedDays(
  { folds }: Store,
  rows: readonly RollupRow[],
  until: Date,
): Promise<void> {
  const late = rows.filter(({ bucketStart }) => bucketStart.getTime() < until.getTime());
  if (late.length === 0) return;
  const folded = await folds.folded();
  if (folded === undefined) throw new Error("days are folded, and nobody knows in which zone");
  await folds.addLate(late, folded);
}

/** Makes the folded days of cells anew, whose rollups in a span were moved. */
export async function refoldDays(
  { folds }: Store,
  cellIds: readonly number[],
  span: Interval,
): Promise<void> {
  if (cellIds.length === 0) return;
  const folded = await folds.share();
  if (folded !== undefined) await folds.refold(cellIds, span, folded);
}

/** Days are folded on once a quarter hour, and long after a zone was changed every moment. */
const READS_MAX = 3;

/**
 * Reads with the days that are folded. If they were folded on or begun anew meanwhile, quarter
 * hours may have been read in both or in neither: then it is read again, at last from quarter hours
 * alone.
 */
export async function readFolded<T>(
  { folds }: Store,
  read: (folded: FoldedDays | undefined) => Promise<T>,
): Promise<T> {
  let folded = await folds.folded();
  for (let reads = 0; folded !== undefined && reads < READS_MAX; reads += 1) {
    const answer = await read(folded);
    const after = await folds.folded();
    if (isSame(folded, after)) return answer;
    folded = after;
  }
  return read(undefined);
}

function isSame(one: FoldedDays, other: FoldedDays | undefined): boolean {
  return one.number === other?.number && one.until.getTime() === other.until.getTime();
}
