import type { Tx } from "@tollbook/service";
import type { CounterKey } from "../domain/counter.ts";
import type { Release } from "../domain/released-holds.ts";
import { arrayOf, timeText } from "./array-literal.ts";

type Consumed = { readonly counter: CounterKey; readonly units: bigint };

/**
 * See QuotaStore.consume. Counters are locked sorted, by a statement of their own; the next one
 * sees everything that happened to them and their leases before, and changes both at once. One
 * counter alone needs no order: its row is locked by the change itself.
 */
export async function consume(
  tx: Tx,
  consumed: readonly Consumed[],
  releases: readonly Release[],
): Promise<ReadonlyMap<string, bigint>> {
  const ids = new Set([
    ...consumed.map(({ counter }) => counter.counterId),
    ...releases.map(({ counterId }) => counterId),
  ]);
  const after = new Map<string, bigint>();
  if (ids.size === 0) return after;
  if (ids.size > 1 || releases.length > 0) await lockAll(tx, [...ids].sort());
  note(after, await change(tx, consumed, releases));
  const missing = consumed.filter(({ counter }) => !after.has(counter.counterId));
  if (missing.length > 0) note(after, await add(tx, missing));
  return after;
}

interface ConsumedRow {
  counter_id: string;
  consumed: string;
}

function note(after: Map<string, bigint>, rows: readonly ConsumedRow[]): void {
  for (const row of rows) after.set(row.counter_id, BigInt(row.consumed));
}

async function lockAll(tx: Tx, ids: readonly string[]): Promise<void> {
  const text = `select 1 from counter
    where account_id = $1 and counter_id = any($2::uuid[]) order by counter_id for update`;
  await tx.sql(text, [tx.accountId, arrayOf(ids, (id) => id)]);
}

async function change(tx: Tx, consumed: readonly Consumed[], releases: readonly Release[]) {
  const text = `with freed as materialized (
      select l.counter_id, l.gate_id, l.stranded_time is not null as stranded,
        least(t.units, l.granted_total - l.returned_total - l.released_total - l.reclaimed_total)
          as units
      from unnest($4::uuid[], $5::uuid[], $6::bigint[]) as t (counter_id, gate_id, units)
      join lease l
        on l.account_id = $1 and l.counter_id = t.counter_id and l.gate_id = t.gate_id
    ), released as (
      update lease l set released_total = l.released_total + f.units from freed f
      where l.account_id = $1 and l.counter_id = f.counter_id and l.gate_id = f.gate_id
        and f.units > 0
    ), change as (
      select counter_id, sum(consumed) as consumed, sum(leased) as leased, sum(stranded) as stranded
      from (
        select counter_id, units as consumed, 0 as leased, 0 as stranded
        from unnest($2::uuid[], $3::bigint[]) as t (counter_id, units)
        union all
        select counter_id, 0, case when stranded then 0 else units end,
          case when stranded then units else 0 end
        from freed
      ) as part group by counter_id
    )
    update counter c set consumed = c.consumed + change.consumed,
      leased = c.leased - change.leased, stranded = c.stranded - change.stranded
    from change where c.account_id = $1 and c.counter_id = change.counter_id
    returning c.counter_id, c.consumed`;
  return tx.sql<ConsumedRow>(text, [
    tx.accountId,
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
