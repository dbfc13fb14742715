import type { Database, Tx } from "@tollbook/service";
import { eventually } from "./eventually.ts";

/** A transaction of another test, or a database being made, lasts no longer than this. */
const PATIENCE = { withinMs: 60_000, everyMs: 5 };

/**
 * Commits work of an account and waits until every transaction that was open meanwhile has ended,
 * anywhere in the cluster: an event feed shows nothing that is younger than one of them, and all
 * tests share a cluster.
 */
export async function heardByAll(
  database: Database,
  accountId: string,
  work: (tx: Tx) => Promise<void>,
): Promise<void> {
  const xid = await database.inAccount(accountId, async (tx) => {
    await work(tx);
    const [row] = await tx.sql<{ xid: string }>("select pg_current_xact_id()::text as xid");
    return row?.xid;
  });
  const look = "select pg_snapshot_xmin(pg_current_snapshot()) > $1::xid8 as past";
  await eventually(async () => {
    const [row] = await database.inAccount(accountId, (tx) =>
      tx.sql<{ past: boolean }>(look, [xid]),
    );
    return row?.past ?? false;
  }, PATIENCE);
}
