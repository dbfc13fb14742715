import type { Tx } from "@tollbook/service";
import type { AnsweredBatch, BatchOutcome } from "../app/usage-store.ts";
import type { UsageBatch } from "../domain/usage-item.ts";

/** See UsageStore.claimBatch. */
export async function claimBatch(
  tx: Tx,
  batch: UsageBatch,
  outcome: BatchOutcome,
): Promise<AnsweredBatch | Date> {
  const text = `insert into usage_batch (account_id, batch_id, recorder_id, content_sha256, items,
      counted_items, counted, duplicates, rejected, told)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    on conflict do nothing returning commit_time`;
  const { batchId, recorderId, contentSha256, items } = batch;
  const content = [tx.accountId, batchId, recorderId ?? null, contentSha256, items.length];
  const params = [...content, ...figuresOf(outcome), toldOf(outcome)];
  const [claimed] = await tx.sql<{ commit_time: Date }>(text, params);
  return claimed?.commit_time ?? answered(tx, batchId);
}

/** See UsageStore.correctBatch. */
export async function correctBatch(tx: Tx, batchId: string, outcome: BatchOutcome): Promise<void> {
  const text = `update usage_batch
    set counted_items = $3, counted = $4, duplicates = $5, rejected = $6
    where account_id = $1 and batch_id = $2`;
  await tx.sql(text, [tx.accountId, batchId, ...figuresOf(outcome)]);
}

function figuresOf({ countedItems, counted, duplicates, rejected }: BatchOutcome): unknown[] {
  return [countedItems, counted, duplicates, rejected];
}

type Told = Pick<BatchOutcome, "rejections" | "rejectedByReason" | "retryEvents" | "retryCells">;

/** Most batches have nothing to tell, and then keep nothing. */
function toldOf({ rejections, rejectedByReason, retryEvents, retryCells }: Told): string | null {
  if (rejections.length + retryEvents.length + retryCells.length === 0) return null;
  return JSON.stringify({ rejections, rejectedByReason, retryEvents, retryCells });
}

interface BatchRow {
  content_sha256: Buffer;
  counted: string;
  duplicates: number;
  rejected: number;
  told: Told | null;
  commit_time: Date;
}

async function answered(tx: Tx, batchId: string): Promise<AnsweredBatch> {
  const text = `select content_sha256, counted, duplicates, rejected, told, commit_time
    from usage_batch where account_id = $1 and batch_id = $2`;
  const [row] = await tx.sql<BatchRow>(text, [tx.accountId, batchId]);
  if (!row) throw new Error("a batch's row vanished inside a transaction that ran into it");
  const nothing = { rejections: [], rejectedByReason: {}, retryEvents: [], retryCells: [] };
  const { duplicates, rejected, commit_time: commitTime } = row;
  const figures = { counted: BigInt(row.counted), duplicates, rejected, commitTime };
  const receipt = { batchId, ...figures, ...(row.told ?? nothing), repeated: true };
  return { contentSha256: row.content_sha256, receipt };
}
