import type { Tx } from "@tollbook/service";
import type { FoldStore } from "../app/fold-store.ts";
import type { FoldedDays } from "../domain/usage-pieces.ts";
import { addLate, dropOldDays, fold, refold } from "./day-rollups.ts";

/** See FoldStore. */
export function foldStore(tx: Tx): FoldStore {
  return {
    folded: async () => toFolded(await findFence(tx, "")),
    close: () => lockFence(tx, "for update"),
    share: () => lockFence(tx, "for share"),
    restart: async (zone, number) => {
      const text = `update account_fence
        set day_zone = $2, fold_number = $3, folded_until = '-infinity' where account_id = $1`;
      await tx.sql(text, [tx.accountId, zone, number]);
    },
    firstBucket: (from, end) => firstBucket(tx, from, end),
    fold: (day, span, number) => fold(tx, day, span, number),
    advance: async (until) => {
      const text = "update account_fence set folded_until = $2 where account_id = $1";
      await tx.sql(text, [tx.accountId, until]);
    },
    addLate: (rows, folded) => addLate(tx, rows, folded),
    refold: (cellIds, span, folded) => refold(tx, cellIds, span, folded),
    dropOldDays: (number) => dropOldDays(tx, number),
  };
}

/** A fence that is not there keeps nobody apart: it is made first. */
async function lockFence(tx: Tx, lock: Lock): Promise<FoldedDays | undefined> {
  const there = await findFence(tx, lock);
  if (there !== undefined) return toFolded(there);
  const text = "insert into account_fence (account_id) values ($1) on conflict do nothing";
  await tx.sql(text, [tx.accountId]);
  return toFolded(await findFence(tx, lock));
}

type Lock = "" | "for share" | "for update";

interface FenceRow {
  day_zone: string | null;
  fold_number: number;
  folded_until: Date | null;
}

/** A fence that changes while we wait for it comes back as it is then. */
async function findFence(tx: Tx, lock: Lock): Promise<FenceRow | undefined> {
  const text = `select day_zone, fold_number, nullif(folded_until, '-infinity') as folded_until
    from account_fence where account_id = $1 ${lock}`;
  const [row] = await tx.sql<FenceRow>(text, [tx.accountId]);
  return row;
}

function toFolded(row: FenceRow | undefined): FoldedDays | undefined {
  if (row === undefined || row.day_zone === null) return undefined;
  // Nothing is folded yet, and nothing was called before this.
  const until = row.folded_until ?? new Date(0);
  return { zone: row.day_zone, until, number: row.fold_number };
}

async function firstBucket(tx: Tx, from: Date, end: Date): Promise<Date | undefined> {
  const text = `select min(bucket_start) as first from rollup
    where account_id = $1 and bucket_start >= $2 and bucket_start < $3`;
  const [row] = await tx.sql<{ first: Date | null }>(text, [tx.accountId, from, end]);
  return row?.first ?? undefined;
}
