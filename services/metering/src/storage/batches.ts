import type { Tx } from "@tollbook/service";
import { prepared } from "@tollbook/service/storage";
import type { AnsweredBatch, BatchEntry, BatchOutcome } from "../app/usage-store.ts";
import type { CellRecord } from "../domain/cell-record.ts";
import { arrayOf } from "./array-literal.ts";
import { encodeCells } from "./cell-bytes.ts";

const CLAIM =
  prepared(`insert into usage_batch (account_id, batch_id, recorder_id, content_sha256, items,
    cells, told, counted_items, counted, duplicates, rejected)
  select $1::uuid, t.batch_id, t.recorder_id, decode(t.content, 'hex'), t.items,
    decode(t.cells, 'hex'), t.told::jsonb, t.counted_items, t.counted, t.duplicates, t.rejected
  from unnest($2::uuid[], $3::uuid[], $4::text[], $5::integer[], $6::text[], $7::text[],
    $8::integer[], $9::bigint[], $10::integer[], $11::integer[]) as t (batch_id, recorder_id,
    content, items, cells, told, counted_items, counted, duplicates, rejected)
  on conflict do nothing returning batch_id, commit_time`);

/** See UsageStore.claimBatches. Entries come sorted, so that two groups never wait crosswise. */
export async function claimBatches(
  tx: Tx,
  entries: readonly BatchEntry[],
): Promise<ReadonlyMap<string, Date>> {
  const rows = await tx.sql<{ batch_id: string; commit_time: Date }>(CLAIM, [
    tx.accountId,
    arrayOf(entries, ({ batch }) => batch.batchId),
    arrayOf(entries, ({ batch }) => batch.recorderId),
    arrayOf(entries, ({ batch }) => batch.contentSha256.toString("hex")),
    arrayOf(entries, ({ batch }) => batch.items.length),
    arrayOf(entries, ({ cells }) => hexOf(cells)),
    entries.map(({ outcome }) => toldOf(outcome)),
    ...figuresOf(entries),
  ]);
  return new Map(rows.map((row) => [row.batch_id, row.commit_time]));
}

function hexOf(cells: readonly CellRecord[]): string | undefined {
  return cells.length === 0 ? undefined : encodeCells(cells).toString("hex");
}

/** See UsageStore.correctBatches. */
export async function correctBatches(tx: Tx, entries: readonly BatchEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const text = `update usage_batch b set counted_items = t.counted_items, counted = t.counted,
      duplicates = t.duplicates, rejected = t.rejected, told = t.told::jsonb
    from unnest($2::uuid[], $3::text[], $4::integer[], $5::bigint[], $6::integer[], $7::integer[])
      as t (batch_id, told, counted_items, counted, duplicates, rejected)
    where b.account_id = $1 and b.batch_id = t.batch_id`;
  const ids = arrayOf(entries, ({ batch }) => batch.batchId);
  const told = entries.map(({ outcome }) => toldOf(outcome));
  await tx.sql(text, [tx.accountId, ids, told, ...figuresOf(entries)]);
}

function figuresOf(entries: readonly BatchEntry[]): string[] {
  return [
    arrayOf(entries, ({ outcome }) => outcome.countedItems),
    arrayOf(entries, ({ outcome }) => outcome.counted),
    arrayOf(entries, ({ outcome }) => outcome.duplicates),
    arrayOf(entries, ({ outcome }) => outcome.rejected),
  ];
}

type Told = Pick<BatchOutcome, "rejections" | "rejectedByReason" | "retryEvents" | "retryCells">;

/** Most batches have nothing to tell, and then keep nothing. */
function toldOf({ rejections, rejectedByReason, retryEvents, retryCells }: Told): string | null {
  if (rejections.length + retryEvents.length + retryCells.length === 0) return null;
  return JSON.stringify({ rejections, rejectedByReason, retryEvents, retryCells });
}

interface BatchRow {
  batch_id: string;
  content_sha256: Buffer;
  counted: string;
  duplicates: number;
  rejected: number;
  told: Told | null;
  commit_time: Date;
}

/** See UsageStore.answeredBatches. */
export async function answeredBatches(
  tx: Tx,
  batchIds: readonly string[],
): Promise<ReadonlyMap<string, AnsweredBatch>> {
  if (batchIds.length === 0) return new Map();
  const text = `select batch_id, content_sha256, counted, duplicates, rejected, told, commit_time
    from usage_batch where account_id = $1 and batch_id = any($2::uuid[])`;
  const ids = arrayOf(batchIds, (id) => id);
  const rows = await tx.sql<BatchRow>(text, [tx.accountId, ids]);
  if (rows.length < batchIds.length) {
    throw new Error("a batch's row vanished inside a transaction that ran into it");
  }
  return new Map(rows.map((row) => [row.batch_id, toAnswered(row)]));
}

function toAnswered(row: BatchRow): AnsweredBatch {
  const nothing = { rejections: [], rejectedByReason: {}, retryEvents: [], retryCells: [] };
  const { batch_id: batchId, duplicates, rejected, commit_time: commitTime } = row;
  const figures = { counted: BigInt(row.counted), duplicates, rejected, commitTime };
  const receipt = { batchId, ...figures, ...(row.told ?? nothing), repeated: true };
  return { contentSha256: row.content_sha256, receipt };
}
