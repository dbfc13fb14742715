import type { Tx } from "@tollbook/service";
import { prepared } from "@tollbook/service/storage";
import type { CounterRow, QuotaStore } from "../app/quota-store.ts";
import type { CounterKey } from "../domain/counter.ts";
import type { Lease } from "../domain/lease.ts";
import { arrayOf } from "./array-literal.ts";
import { consume, counterArrays, insertCounters } from "./consume.ts";
import { reclaimUnits, writeQuotaChange } from "./write-quota-change.ts";

/** See QuotaStore. */
export function quotaStore(tx: Tx): QuotaStore {
  return {
    consume: (consumed, releases) => consume(tx, consumed, releases),
    lock: (ids) => lock(tx, ids),
    make: (counters) => make(tx, counters),
    setConsumed: (counter, consumed) => setConsumed(tx, counter, consumed),
    leases: (ids, gateIds) => leases(tx, ids, gateIds),
    expiredLeases: (ids) => leases(tx, ids, []),
    write: (change) => writeQuotaChange(tx, change),
    reclaim: (counterId, expiredSinceMs) => reclaimUnits(tx, counterId, expiredSinceMs),
    figures: (ids) => figures(tx, ids),
  };
}

interface FiguresRow {
  counter_id: string;
  window_end: Date;
  consumed: string;
  leased: string;
  stranded: string;
  reclaimed: string;
}

async function lock(tx: Tx, ids: readonly string[]): Promise<CounterRow[]> {
  const text = `select counter_id, window_end, consumed, leased, stranded, reclaimed from counter
    where account_id = $1 and counter_id = any($2::uuid[]) order by counter_id for update`;
  const rows = await tx.sql<FiguresRow>(prepared(text), [tx.accountId, arrayOf(ids, (id) => id)]);
  return rows.map(toCounter);
}

async function make(tx: Tx, counters: readonly CounterKey[]): Promise<void> {
  const text = `${insertCounters()} on conflict do nothing`;
  const sorted = [...counters].sort((a, b) => (a.counterId < b.counterId ? -1 : 1));
  await tx.sql(text, [tx.accountId, ...counterArrays(sorted)]);
}

async function setConsumed(tx: Tx, counter: CounterKey, consumed: bigint): Promise<void> {
  const text = `${insertCounters("$10::bigint[]", "consumed")}
    on conflict (account_id, counter_id) do update set consumed = excluded.consumed`;
  await tx.sql(text, [tx.accountId, ...counterArrays([counter]), `{${consumed}}`]);
}

interface LeaseRow {
  counter_id: string;
  gate_id: string;
  granted_total: string;
  returned_total: string;
  released_total: string;
  reclaimed: string;
  stranded: boolean;
  expires_in_ms: number;
  final: boolean;
}

const UNITS_OUT = "granted_total - returned_total - released_total - reclaimed > 0";

async function leases(tx: Tx, ids: readonly string[], gateIds: readonly string[]) {
  const text = `select counter_id, gate_id, granted_total, returned_total, released_total,
      reclaimed, stranded_time is not null as stranded, final,
      greatest(0, ceil(extract(epoch from expire_time - now()) * 1000))::integer as expires_in_ms
    from lease where account_id = $1 and counter_id = any($2::uuid[])
      and (gate_id = any($3::uuid[]) or (stranded_time is null and expire_time <= now() and ${UNITS_OUT}))`;
  const params = [tx.accountId, arrayOf(ids, (id) => id), arrayOf(gateIds, (id) => id)];
  return (await tx.sql<LeaseRow>(prepared(text), params)).map(toLease);
}

/** A sweep may be a moment late, and nobody shall see units as leased that are not. */
async function figures(tx: Tx, ids: readonly string[]): Promise<CounterRow[]> {
  const text = `select c.counter_id, c.window_end, c.consumed, c.leased - late.units as leased,
      c.stranded + late.units as stranded, c.reclaimed
    from counter c cross join lateral (
      select coalesce(sum(granted_total - returned_total - released_total - l.reclaimed), 0)
        as units
      from lease l where l.account_id = $1 and l.counter_id = c.counter_id
        and l.stranded_time is null and l.expire_time <= now()
    ) as late
    where c.account_id = $1 and c.counter_id = any($2::uuid[])`;
  const rows = await tx.sql<FiguresRow>(text, [tx.accountId, arrayOf(ids, (id) => id)]);
  return rows.map(toCounter);
}

function toCounter(row: FiguresRow): CounterRow {
  const { consumed, leased, stranded, reclaimed } = row;
  return {
    counterId: row.counter_id,
    windowEnd: row.window_end,
    consumed: BigInt(consumed),
    leased: BigInt(leased),
    stranded: BigInt(stranded),
    reclaimed: BigInt(reclaimed),
  };
}

function toLease(row: LeaseRow): Lease {
  const { stranded, final } = row;
  return {
    gateId: row.gate_id,
    counterId: row.counter_id,
    grantedTotal: BigInt(row.granted_total),
    returnedTotal: BigInt(row.returned_total),
    releasedTotal: BigInt(row.released_total),
    reclaimed: BigInt(row.reclaimed),
    ...{ stranded, final, expiresInMs: row.expires_in_ms },
  };
}
