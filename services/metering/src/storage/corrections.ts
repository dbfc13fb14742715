import type { Tx } from "@tollbook/service";
import type {
  CellPlace,
  CorrectionStore,
  RollupHeld,
  RollupPlace,
  TakenCell,
} from "../app/correction-store.ts";
import { LATENCY_BUCKETS } from "../domain/latency.ts";
import type { LatencyCount } from "../domain/usage-item.ts";
import { arrayOf, timeText } from "./array-literal.ts";
import { decodeCells } from "./cell-bytes.ts";

/** See CorrectionStore. */
export function correctionStore(tx: Tx): CorrectionStore {
  return {
    eventHashes: (eventIds) => eventHashes(tx, eventIds),
    cellsOf: (batchIds) => cellsOf(tx, batchIds),
    claimEvents: (events) => claimEvents(tx, events),
    lockCells: (places) => lockCells(tx, places),
    saveCells: (cells) => saveCells(tx, cells),
    lockRollups: (places) => lockRollups(tx, places),
  };
}

async function eventHashes(tx: Tx, eventIds: readonly string[]) {
  const text = `select event_id, item_hash from seen_event
      where account_id = $1 and event_id = any($2::uuid[])
    union all
    select event_id, item_hash from foreign_event
      where account_id = $1 and event_id = any($2::uuid[])`;
  const ids = arrayOf(eventIds, (id) => id);
  const rows = await tx.sql<{ event_id: string; item_hash: string }>(text, [tx.accountId, ids]);
  return new Map(rows.map((row) => [row.event_id, BigInt(row.item_hash)]));
}

async function cellsOf(tx: Tx, batchIds: readonly string[]) {
  const text = `select batch_id, cells from usage_batch
    where account_id = $1 and batch_id = any($2::uuid[]) and cells is not null`;
  const ids = arrayOf(batchIds, (id) => id);
  const rows = await tx.sql<{ batch_id: string; cells: Buffer }>(text, [tx.accountId, ids]);
  return new Map(rows.map((row) => [row.batch_id, decodeCells(row.cells)]));
}

/** Who waited for another that took the same event back finds its mark. */
async function claimEvents(
  tx: Tx,
  events: readonly { readonly eventId: string; readonly by: string }[],
): Promise<ReadonlyMap<string, string>> {
  if (events.length === 0) return new Map();
  const sorted = [...events].sort((one, other) => (one.eventId < other.eventId ? -1 : 1));
  const insert = `insert into corrected_event (account_id, event_id, corrected_by)
    select $1::uuid, * from unnest($2::uuid[], $3::uuid[]) on conflict do nothing returning event_id`;
  const ids = arrayOf(sorted, ({ eventId }) => eventId);
  const makers = arrayOf(sorted, ({ by }) => by);
  const added = await tx.sql<{ event_id: string }>(insert, [tx.accountId, ids, makers]);
  if (added.length === sorted.length) return new Map();
  const fresh = new Set(added.map((row) => row.event_id));
  const text = `select event_id, corrected_by from corrected_event
    where account_id = $1 and event_id = any($2::uuid[])`;
  const rows = await tx.sql<{ event_id: string; corrected_by: string }>(text, [tx.accountId, ids]);
  const before = rows.filter((row) => !fresh.has(row.event_id));
  return new Map(before.map((row) => [row.event_id, row.corrected_by]));
}

interface CellRow {
  batch_id: string;
  cell_index: string;
  count: string;
  units: string;
  request_bytes: string;
  response_bytes: string;
  latency: string[];
}

/** A row that was not there is made, so that there is one to lock. */
async function lockCells(tx: Tx, places: readonly CellPlace[]): Promise<TakenCell[]> {
  if (places.length === 0) return [];
  const text = `insert into corrected_cell as c (account_id, batch_id, cell_index)
    select $1::uuid, * from unnest($2::uuid[], $3::bigint[])
    on conflict (account_id, batch_id, cell_index) do update set corrected_time = now()
    returning batch_id, cell_index, count, units, request_bytes, response_bytes, latency`;
  const rows = await tx.sql<CellRow>(text, [tx.accountId, ...placeArrays(places)]);
  return rows.map((row) => ({
    batchId: row.batch_id,
    index: Number(row.cell_index),
    taken: {
      count: BigInt(row.count),
      units: BigInt(row.units),
      requestBytes: BigInt(row.request_bytes),
      responseBytes: BigInt(row.response_bytes),
      latency: row.latency.flatMap((calls, bucket): LatencyCount[] => {
        return calls === "0" ? [] : [[bucket, Number(calls)]];
      }),
    },
  }));
}

async function saveCells(tx: Tx, cells: readonly TakenCell[]): Promise<void> {
  if (cells.length === 0) return;
  const text = `update corrected_cell c set count = t.count, units = t.units,
      request_bytes = t.request_bytes, response_bytes = t.response_bytes,
      latency = t.latency::bigint[]
    from unnest($2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
      $8::text[]) as t (batch_id, cell_index, count, units, request_bytes, response_bytes, latency)
    where c.account_id = $1 and c.batch_id = t.batch_id and c.cell_index = t.cell_index`;
  await tx.sql(text, [
    tx.accountId,
    ...placeArrays(cells),
    arrayOf(cells, ({ taken }) => taken.count),
    arrayOf(cells, ({ taken }) => taken.units),
    arrayOf(cells, ({ taken }) => taken.requestBytes),
    arrayOf(cells, ({ taken }) => taken.responseBytes),
    cells.map(({ taken }) => latencyArray(taken.latency)),
  ]);
}

function placeArrays(places: readonly CellPlace[]): string[] {
  return [arrayOf(places, ({ batchId }) => batchId), arrayOf(places, ({ index }) => index)];
}

function latencyArray(latency: readonly LatencyCount[]): string {
  const calls = new Map(latency);
  return arrayOf([...Array(LATENCY_BUCKETS).keys()], (bucket) => calls.get(bucket) ?? 0n);
}

interface HeldRow {
  bucket_start: Date;
  cell_id: number;
  calls: string;
  refused: string;
  errors: string;
  units: string;
  bytes: string;
}

async function lockRollups(tx: Tx, places: readonly RollupPlace[]): Promise<RollupHeld[]> {
  if (places.length === 0) return [];
  const text = `with held as materialized (
      select r.* from unnest($2::timestamptz[], $3::integer[]) as t (bucket_start, cell_id)
      join rollup r on r.account_id = $1 and r.bucket_start = t.bucket_start
        and r.cell_id = t.cell_id
      order by r.bucket_start, r.cell_id, r.seal_number for update of r
    )
    select bucket_start, cell_id, sum(calls) as calls, sum(refused) as refused,
      sum(errors) as errors, sum(units) as units, sum(bytes) as bytes
    from held group by 1, 2`;
  const times = arrayOf(places, ({ bucketStart }) => timeText(bucketStart));
  const cells = arrayOf(places, ({ cellId }) => cellId);
  const rows = await tx.sql<HeldRow>(text, [tx.accountId, times, cells]);
  return rows.map((row) => ({
    bucketStart: row.bucket_start,
    cellId: row.cell_id,
    calls: BigInt(row.calls),
    refused: BigInt(row.refused),
    errors: BigInt(row.errors),
    units: BigInt(row.units),
    bytes: BigInt(row.bytes),
  }));
}
