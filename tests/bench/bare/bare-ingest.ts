import { newId } from "@tollbook/domain";
import type pg from "pg";
import { named } from "./bare-tables.ts";

/** What one batch writes: ids of events, sums by cell, units by counter and lease. */
export interface BareBatch {
  readonly events: number;
  readonly cells: number;
  readonly counters: readonly string[];
  readonly gateId: string;
  readonly accountId: string;
  /** Whether each event is kept as a row, too. */
  readonly rawEvents: boolean;
  /** Whether ids are inserted without looking for those that are there. */
  readonly plainIds: boolean;
  /** Buckets of the latency histogram with calls in them. */
  readonly latencies: readonly number[];
}

const list = (values: readonly (string | number)[]) => `{${values.join(",")}}`;
const same = (value: string | number, count: number) => list(Array(count).fill(value));

/** Writes batches one after the other for a while; resolves with how many. */
export async function bareIngest(
  client: pg.Client,
  batch: BareBatch,
  seconds: number,
): Promise<number> {
  await makeCounters(client, batch);
  const rollups = rollupUpsert(batch);
  const end = performance.now() + seconds * 1_000;
  let batches = 0;
  while (performance.now() < end) {
    await client.query("begin");
    const ids = Array.from({ length: batch.events }, () => newId());
    if (batch.events > 0) await client.query(named(seenText(batch), seenBinds(batch, ids)));
    await client.query(rollups);
    if (batch.rawEvents) await client.query(named(KEEP, keepBinds(batch, ids)));
    await client.query(named(RELEASE, releaseBinds(batch)));
    await client.query("commit");
    batches += 1;
  }
  return batches;
}

function seenText({ plainIds }: BareBatch): string {
  return `${plainIds ? "/* plainly */ " : ""}insert into bare.seen_event (account_id, event_id, gate_id,
      item_hash)
    select $1::uuid, * from unnest($2::uuid[], $3::uuid[], $4::bigint[])
    ${plainIds ? "" : "on conflict do nothing"}`;
}

/** Ids are made anew for each batch, as they are for the product. */
function seenBinds({ accountId, events, gateId }: BareBatch, ids: readonly string[]): unknown[] {
  const hashes = ids.map((_, at) => at * 4_294_967_291 * 1_000);
  return [accountId, list(ids), same(gateId, events), list(hashes)];
}

const KEEP = `insert into bare.usage_event (account_id, sample, event_time, event_id, cell_id, status,
    refusal, admission, latency_us, units, request_bytes, response_bytes)
  select $1::uuid, false, to_timestamp(time_ms / 1000::double precision), event_id, cell_id, 200, 0,
    1, 1000, 1, 100, 900
  from unnest($2::bigint[], $3::uuid[], $4::integer[]) as t (time_ms, event_id, cell_id)`;

function keepBinds({ accountId, cells }: BareBatch, ids: readonly string[]): unknown[] {
  const places = ids.map((_, at) => 1 + (at % cells));
  return [accountId, same(Date.now(), ids.length), list(ids), list(places)];
}

function rollupUpsert({ accountId, cells, latencies }: BareBatch): pg.QueryConfig {
  const figures = ["calls", "refused", "errors", "units", "bytes"];
  const columns = [...figures, ...latencies.map((bucket) => `latency_${bucket}`)];
  const binds = columns.map((_, at) => `$${at + 5}::bigint[]`);
  const sums = columns.map((name) => `${name} = coalesce(r.${name} + excluded.${name}, 0)`);
  const text = `insert into bare.rollup as r
      (account_id, bucket_start, cell_id, seal_number, ${columns.join(", ")})
    select $1::uuid, * from unnest($2::timestamptz[], $3::integer[], $4::integer[],
      ${binds.join(", ")})
    on conflict (account_id, bucket_start, cell_id, seal_number) do update set ${sums.join(", ")}`;
  const ids = Array.from({ length: cells }, (_, at) => at + 1);
  const bucket = new Date(Math.floor(Date.now() / 900_000) * 900_000).toISOString();
  const values = [accountId, same(bucket, cells), list(ids), same(1, cells)];
  const sumsOfCells = columns.map(() => same(10, cells));
  return { name: `rollups of ${cells}`, text, values: [...values, ...sumsOfCells] };
}

const RELEASE = `with released as (
    update bare.lease l set released_total = l.released_total + 10
    where l.account_id = $1 and l.counter_id = any($2::uuid[]) and l.gate_id = $3
  )
  update bare.counter c set consumed = c.consumed + 10, leased = c.leased - 10
  where c.account_id = $1 and c.counter_id = any($2::uuid[]) returning consumed`;

function releaseBinds({ accountId, counters, gateId }: BareBatch): unknown[] {
  return [accountId, list(counters), gateId];
}

async function makeCounters(client: pg.Client, batch: BareBatch): Promise<void> {
  const { accountId, counters, gateId } = batch;
  const units = 10 ** 15;
  await client.query(
    `insert into bare.counter (account_id, counter_id, customer_id, subject_id, meter_id,
       window_name, window_start, window_end, test, leased)
     select $1, id, id, id, id, 'month', now(), now() + interval '1 month', false, ${units}
     from unnest($2::uuid[]) as id on conflict do nothing`,
    [accountId, list(counters)],
  );
  await client.query(
    `insert into bare.lease (account_id, counter_id, gate_id, granted_total, expire_time)
     select $1, id, $3, ${units}, now() + interval '1 day' from unnest($2::uuid[]) as id
     on conflict do nothing`,
    [accountId, list(counters), gateId],
  );
}
