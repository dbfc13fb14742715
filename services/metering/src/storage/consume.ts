import type { Tx } from "@tollbook/service";
import { prepared } from "@tollbook/service/storage";
import type { ConsumedUnits } from "../app/quota-store.ts";
import type { CounterKey } from "../domain/counter.ts";
import type { Release } from "../domain/released-holds.ts";
import { arrayOf, timeText } from "./array-literal.ts";

type Consumed = { readonly counter: CounterKey; readonly units: bigint };

/** See QuotaStore.consume. */
export async function consume(
  tx: Tx,
  consumed: readonly Consumed[],
  releases: readonly Release[],
): Promise<ConsumedUnits> {
  const after = new Map<string, bigint>();
  const added = consumed.filter(({ units }) => units > 0n);
  const changed = await change(tx, added, releases);
  note(after, changed);
  const late = new Map(changed.map((row) => [row.counter_id, BigInt(row.late)]));
  const missing = added.filter(({ counter }) => !after.has(counter.counterId));
  if (missing.length > 0) note(after, await add(tx, missing));
  const taken = consumed.filter(({ units }) => units < 0n);
  if (taken.length > 0) note(after, await takeBack(tx, taken));
  return { after, late };
}

/**
 * A correction takes from counters that there are, and none below zero: a counter may have begun
 * after what is taken back. Locked sorted, by a statement of their own.
 */
async function takeBack(tx: Tx, taken: readonly Consumed[]): Promise<ConsumedRow[]> {
  const ids = arrayOf(taken, ({ counter }) => counter.counterId);
  const lock = `select from counter where account_id = $1 and counter_id = any($2::uuid[])
    order by counter_id for update`;
  await tx.sql(lock, [tx.accountId, ids]);
  const text = `update counter c set consumed = greatest(c.consumed + t.units, 0)
    from unnest($2::uuid[], $3::bigint[]) as t (counter_id, units)
    where c.account_id = $1 and c.counter_id = t.counter_id returning c.counter_id, c.consumed`;
  return tx.sql<ConsumedRow>(text, [tx.accountId, ids, arrayOf(taken, ({ units }) => units)]);
}

interface ConsumedRow {
  counter_id: string;
  consumed: string;
}

function note(after: Map<string, bigint>, rows: readonly ConsumedRow[]): void {
  for (const row of rows) after.set(row.counter_id, BigInt(row.consumed));
}

async function change(tx: Tx, consumed: readonly Consumed[], releases: readonly Release[]) {
  const ids = new Set([
    ...consumed.map(({ counter }) => counter.counterId),
    ...releases.map(({ counterId }) => counterId),
  ]);
  if (ids.size === 0) return [];
  const text = prepared(`select counter as counter_id, consumed_after as consumed,
      late_units as late from consume_usage($1, $2, $3, $4, $5, $6, $7)`);
  return tx.sql<ConsumedRow & { late: string }>(text, [
    tx.accountId,
    arrayOf([...ids], (id) => id),
    arrayOf(consumed, ({ counter }) => counter.counterId),
    arrayOf(consumed, ({ units }) => units),
    arrayOf(releases, ({ counterId }) => counterId),
    arrayOf(releases, ({ gateId }) => gateId),
    arrayOf(releases, ({ units }) => units),
  ]);
}

/** The first usage of a window; somebody else may have had the same at the same moment. */
async function add(tx: Tx, consumed: readonly Consumed[]) {
  const text = `${insertCounters("$10::bigint[]", "consumed")}
    on conflict (account_id, counter_id) do update set consumed = c.consumed + excluded.consumed
    returning counter_id, consumed`;
  const counters = consumed.map(({ counter }) => counter);
  const units = arrayOf(consumed, (one) => one.units);
  return tx.sql<ConsumedRow>(text, [tx.accountId, ...counterArrays(counters), units]);
}

/** The beginning of a statement that makes counters; binds $1 to $9 are theirs. */
export function insertCounters(extraArray?: string, extraColumn?: string): string {
  const column = extraColumn === undefined ? "" : `, ${extraColumn}`;
  const array = extraArray === undefined ? "" : `, ${extraArray}`;
  return `insert into counter as c (account_id, counter_id, customer_id, subject_id, meter_id,
      window_name, window_start, window_end, test${column})
    select $1::uuid, * from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[],
      $7::timestamptz[], $8::timestamptz[], $9::boolean[]${array})`;
}

/** The binds $2 to $9 of `insertCounters`; counters must be sorted. */
export function counterArrays(counters: readonly CounterKey[]): string[] {
  return [
    arrayOf(counters, ({ counterId }) => counterId),
    arrayOf(counters, ({ customerId }) => customerId),
    arrayOf(counters, ({ subjectId }) => subjectId),
    arrayOf(counters, ({ meterId }) => meterId),
    arrayOf(counters, ({ window }) => window),
    arrayOf(counters, ({ span }) => timeText(span.start)),
    arrayOf(counters, ({ span }) => timeText(span.end)),
    arrayOf(counters, ({ test }) => test),
  ];
}
