import type { Tx } from "@tollbook/service";

/** The channel that wakes whoever sends, in any process, once this transaction has committed. */
export const workChannel = "tollbook_notifier_work";

export async function wakeWorkers(tx: Tx): Promise<void> {
  await tx.sql("select pg_notify($1, '')", [workChannel]);
}
