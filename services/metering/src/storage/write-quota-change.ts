import type { Tx } from "@tollbook/service";
import type { QuotaChange } from "../app/quota-store.ts";
import { arrayOf } from "./array-literal.ts";

/**
 * See QuotaStore.write. Figures are set, not added to: the counters' rows are locked, and nobody
 * touches a lease without its counter. A lease that is not renewed keeps its time and its state.
 */
export async function writeQuotaChange(tx: Tx, change: QuotaChange): Promise<void> {
  const { gateId, leases, expired, counters, lifetimeMs } = change;
  if (leases.length + expired.length + counters.length === 0) return;
  const text = `with stranding as (
      update lease l set stranded_time = now()
      from unnest($2::uuid[], $3::uuid[]) as t (counter_id, gate_id)
      where l.account_id = $1 and l.counter_id = t.counter_id and l.gate_id = t.gate_id
    ), own as (
      insert into lease as l (account_id, counter_id, gate_id, granted_total, returned_total, final,
        expire_time)
      select $1::uuid, t.counter_id, $4::uuid, t.granted, t.returned, t.final,
        now() + case when t.renewed then $5 * interval '1 ms' else interval '0' end
      from unnest($6::uuid[], $7::bigint[], $8::bigint[], $9::boolean[], $10::boolean[])
        as t (counter_id, granted, returned, final, renewed)
      on conflict (account_id, counter_id, gate_id) do update set
        granted_total = excluded.granted_total, returned_total = excluded.returned_total,
        final = excluded.final,
        expire_time = case when excluded.expire_time > now()
          then excluded.expire_time else l.expire_time end,
        stranded_time = case when excluded.expire_time > now() then null else l.stranded_time end
    )
    update counter c set leased = t.leased, stranded = t.stranded
    from unnest($11::uuid[], $12::bigint[], $13::bigint[]) as t (counter_id, leased, stranded)
    where c.account_id = $1 and c.counter_id = t.counter_id`;
  await tx.sql(text, [
    tx.accountId,
    arrayOf(expired, ({ counterId }) => counterId),
    arrayOf(expired, (lease) => lease.gateId),
    gateId ?? null,
    lifetimeMs,
    arrayOf(leases, ({ counterId }) => counterId),
    arrayOf(leases, ({ grantedTotal }) => grantedTotal),
    arrayOf(leases, ({ returnedTotal }) => returnedTotal),
    arrayOf(leases, ({ final }) => final),
    arrayOf(leases, ({ renewed }) => renewed),
    arrayOf(counters, ({ counterId }) => counterId),
    arrayOf(counters, ({ leased }) => leased),
    arrayOf(counters, ({ stranded }) => stranded),
  ]);
}
