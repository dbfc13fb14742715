import type { Tx } from "@tollbook/service";
import { prepared } from "@tollbook/service/storage";
import type { QuotaChange } from "../app/quota-store.ts";
import { arrayOf } from "./array-literal.ts";

/**
 * See QuotaStore.write. Figures are set, not added to: the counters' rows are locked, and nobody
 * touches a lease without its counter. A lease that is not renewed keeps its time and its state.
 */
export function writeQuotaChange(tx: Tx, change: QuotaChange): void {
  const { gateId, leases, expired, counters, lifetimeMs } = change;
  if (leases.length + expired.length + counters.length === 0) return;
  const text = `with stranding as (
      update lease l set stranded_time = now(), look_time = null
      from unnest($2::uuid[], $3::uuid[]) as t (counter_id, gate_id)
      where l.account_id = $1 and l.counter_id = t.counter_id and l.gate_id = t.gate_id
    ), own as (
      insert into lease as l (account_id, counter_id, gate_id, granted_total, returned_total,
        reclaimed, final, expire_time, look_time)
      select $1::uuid, t.counter_id, $4::uuid, t.granted, t.returned, t.reclaimed, t.final,
        ends.time, ends.time
      from unnest($6::uuid[], $7::bigint[], $8::bigint[], $9::bigint[], $10::boolean[],
        $11::boolean[]) as t (counter_id, granted, returned, reclaimed, final, renewed)
      cross join lateral (select now() +
        case when t.renewed then $5 * interval '1 ms' else interval '0' end as time) as ends
      on conflict (account_id, counter_id, gate_id) do update set
        granted_total = excluded.granted_total, returned_total = excluded.returned_total,
        reclaimed = excluded.reclaimed, final = excluded.final,
        expire_time = case when excluded.expire_time > now()
          then excluded.expire_time else l.expire_time end,
        stranded_time = case when excluded.expire_time > now() then null else l.stranded_time end,
        look_time = case when excluded.expire_time > now()
          then least(l.look_time, excluded.expire_time) else l.look_time end
    )
    update counter c set leased = t.leased, stranded = t.stranded
    from unnest($12::uuid[], $13::bigint[], $14::bigint[]) as t (counter_id, leased, stranded)
    where c.account_id = $1 and c.counter_id = t.counter_id`;
  tx.send(prepared(text), [
    tx.accountId,
    arrayOf(expired, ({ counterId }) => counterId),
    arrayOf(expired, (lease) => lease.gateId),
    gateId ?? null,
    lifetimeMs,
    arrayOf(leases, ({ counterId }) => counterId),
    arrayOf(leases, ({ grantedTotal }) => grantedTotal),
    arrayOf(leases, ({ returnedTotal }) => returnedTotal),
    arrayOf(leases, ({ reclaimed }) => reclaimed),
    arrayOf(leases, ({ final }) => final),
    arrayOf(leases, ({ renewed }) => renewed),
    arrayOf(counters, ({ counterId }) => counterId),
    arrayOf(counters, ({ leased }) => leased),
    arrayOf(counters, ({ stranded }) => stranded),
  ]);
}

/** See QuotaStore.reclaim. */
export async function reclaimUnits(
  tx: Tx,
  counterId: string,
  expiredSinceMs: number,
): Promise<bigint> {
  const text = `with gone as materialized (
      select gate_id, stranded_time is not null as was_stranded,
        granted_total - returned_total - released_total - reclaimed as units
      from lease where account_id = $1 and counter_id = $2
        and expire_time <= now() - $3 * interval '1 ms'
    ), leases as (
      update lease l set reclaimed = l.reclaimed + gone.units,
        stranded_time = coalesce(l.stranded_time, now()), look_time = null
      from gone where l.account_id = $1 and l.counter_id = $2 and l.gate_id = gone.gate_id
        and gone.units > 0
    ), room as (
      select coalesce(sum(units) filter (where was_stranded), 0) as stranded,
        coalesce(sum(units) filter (where not was_stranded), 0) as leased from gone
    )
    update counter c set leased = c.leased - room.leased, stranded = c.stranded - room.stranded,
      reclaimed = c.reclaimed + room.leased + room.stranded
    from room where c.account_id = $1 and c.counter_id = $2
    returning room.leased + room.stranded as units`;
  const rows = await tx.sql<{ units: string }>(text, [tx.accountId, counterId, expiredSinceMs]);
  return BigInt(rows[0]?.units ?? 0);
}
