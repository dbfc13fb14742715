import { randomUUID } from "node:crypto";
import type { Tx } from "@tollbook/service";

/** Which life of the producer's database this is, and up to where its outbox has been trimmed. */
export interface Epoch {
  readonly epoch: string;
  /** Rows of this transaction id and older ones may be gone. */
  readonly trimmedXid: bigint;
}

/**
 * The epoch in force, as worker. Transaction ids mean something within one history of one
 * cluster only; a restored dump, a promoted standby or a recovery to a point in time begins
 * another, which shows in the system identifier or the timeline, and gets a new epoch: every
 * consumer then reads the outbox again from its oldest row, and its inbox drops what it knows.
 */
export async function currentEpoch(tx: Tx): Promise<Epoch> {
  const known = await readEpoch(tx);
  if (known?.sameCluster) return known;
  await tx.sql(BEGIN_EPOCH, [randomUUID()]);
  await tx.sql(ADOPT_ROWS);
  const begun = await readEpoch(tx);
  if (begun === undefined) throw new Error("the epoch just begun is not there");
  return begun;
}

const CLUSTER = `(select system_identifier::text from pg_control_system())
  || '/' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)`;

async function readEpoch(tx: Tx): Promise<(Epoch & { sameCluster: boolean }) | undefined> {
  const [row] = await tx.sql<{ epoch: string; same_cluster: boolean; trimmed_xid: string }>(
    `select epoch, cluster = ${CLUSTER} as same_cluster, trimmed_xid::text from outbox_epoch`,
  );
  if (row === undefined) return undefined;
  const { epoch, same_cluster: sameCluster, trimmed_xid } = row;
  return { epoch, sameCluster, trimmedXid: BigInt(trimmed_xid) };
}

const BEGIN_EPOCH = `
  insert into outbox_epoch (epoch, cluster) values ($1::uuid, ${CLUSTER})
  on conflict (single) do update
  set epoch = excluded.epoch, cluster = excluded.cluster, trimmed_xid = '0'
  where outbox_epoch.cluster <> excluded.cluster`;

/**
 * Rows that came with a dump bear ids of the old cluster, which may lie ahead of this one's: the
 * feed would hide them until the counter has caught up. They are all committed, so they get the
 * oldest id there is. No row of this cluster that we can see can have such an id.
 */
const ADOPT_ROWS = `
  update outbox set xid = '3' where xid >= pg_snapshot_xmax(pg_current_snapshot())`;
