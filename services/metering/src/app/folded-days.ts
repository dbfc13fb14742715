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

/**
 * Reads with the days that are folded. If they were begun anew meanwhile, nobody adds to those
 * that were read any more: then everything is read from quarter hours.
 */
export async function readFolded<T>(
  { folds }: Store,
  read: (folded: FoldedDays | undefined) => Promise<T>,
): Promise<T> {
  const before = await folds.folded();
  const answer = await read(before);
  if (before === undefined) return answer;
  const after = await folds.folded();
  return before.number === after?.number ? answer : read(undefined);
}
