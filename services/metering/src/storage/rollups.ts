import type { Tx } from "@tollbook/service";
import { preparedIfFew } from "@tollbook/service/storage";
import { LATENCY_BUCKETS } from "../domain/latency.ts";
import type { RollupRow } from "../domain/rollup.ts";
import { bigintArray, integerArray, timeArray } from "./array-bytes.ts";
import { addedTo, FIGURES } from "./rollup-columns.ts";

/**
 * See UsageStore.addRollups. Only the histogram columns that this batch has calls in take part:
 * a batch knows few of the 38, and each costs.
 */
export async function addRollups(tx: Tx, rows: readonly RollupRow[]): Promise<void> {
  if (rows.length === 0) return;
  const buckets = bucketsOf(rows);
  const params = [
    tx.accountId,
    timeArray(rows, ({ bucketStart }) => bucketStart.getTime()),
    integerArray(rows, ({ cellId }) => cellId),
    integerArray(rows, ({ sealNumber }) => sealNumber),
    ...FIGURES.map((figure) => bigintArray(rows, (row) => row[figure])),
    ...buckets.map((bucket) => bigintArray(rows, ({ latency }) => latency[bucket] || undefined)),
  ];
  await tx.sql(upsertOf(buckets), params);
}

function bucketsOf(rows: readonly RollupRow[]): number[] {
  const buckets = Array.from({ length: LATENCY_BUCKETS }, (_, bucket) => bucket);
  return buckets.filter((bucket) => rows.some(({ latency }) => latency[bucket] !== 0));
}

function upsertOf(buckets: readonly number[]): string {
  const latencies = buckets.map((bucket) => `latency_${bucket}`);
  const added = [...FIGURES, ...latencies];
  const arrays = added.map((_, at) => `$${at + 5}::bigint[]`);
  return preparedIfFew(`insert into rollup as r (account_id, bucket_start, cell_id, seal_number, ${added.join(", ")})
    select $1::uuid, * from unnest($2::timestamptz[], $3::integer[], $4::integer[], ${arrays.join(", ")})
    on conflict (account_id, bucket_start, cell_id, seal_number) do update set ${addedTo(latencies)}`);
}
