import type { Tx } from "@tollbook/service";

/**
 * Moves what meters counted along with the rollups of adopted usage; binds are those of that move:
 * account, subscription, span, old cells and new ones. Units add up or are compared as their
 * meter says; of values, those that are not there yet count.
 */
export async function adoptMetered(tx: Tx, binds: readonly unknown[]): Promise<void> {
  await tx.sql(MOVE, binds);
}

const KEY = "account_id, bucket_start, cell_id, seal_number, meter_id";

/** The seal that usage of a quarter hour joins. */
const NEXT_SEAL = `coalesce((select max(p.seal_number) from billing_period p
  where p.account_id = $1 and p.subscription_id = $2
    and p.period_start <= m.bucket_start and p.period_end > m.bucket_start), 0) + 1`;

const MOVE = `with moved as (
    delete from meter_rollup m using unnest($5::integer[], $6::integer[]) as t (old_cell, new_cell)
    where m.account_id = $1 and m.cell_id = t.old_cell
      and m.bucket_start >= $3 and m.bucket_start < $4
    returning m.bucket_start, m.cell_id, m.seal_number, m.meter_id, m.units, t.new_cell
  ), placed as (
    select m.*, ${NEXT_SEAL} as new_seal from moved m
  ), told_apart as (
    delete from meter_value v using placed m
    where v.account_id = $1 and v.meter_id = m.meter_id and v.bucket_start = m.bucket_start
      and v.cell_id = m.cell_id and v.seal_number = m.seal_number
    returning v.bucket_start, m.new_cell, m.new_seal, v.meter_id, v.value_hash
  ), kept as (
    insert into meter_value (${KEY}, value_hash)
    select distinct $1::uuid, bucket_start, new_cell, new_seal, meter_id, value_hash from told_apart
    on conflict do nothing returning bucket_start, cell_id, seal_number, meter_id
  ), fresh as (
    select bucket_start, cell_id, seal_number, meter_id, count(*) as units
    from kept group by 1, 2, 3, 4
  )
  insert into meter_rollup as r (${KEY}, units)
  select $1::uuid, m.bucket_start, m.new_cell, m.new_seal, m.meter_id,
    case min(mt.aggregation) when 'max' then max(m.units)
      when 'unique' then coalesce(max(f.units), 0) else sum(m.units) end
  from placed m join meter mt on mt.account_id = $1 and mt.meter_id = m.meter_id
    left join fresh f on f.bucket_start = m.bucket_start and f.cell_id = m.new_cell
      and f.seal_number = m.new_seal and f.meter_id = m.meter_id
  group by 2, 3, 4, 5 order by 2, 3, 4, 5
  on conflict (${KEY}) do update set units = case
    when (select aggregation from meter where account_id = $1 and meter_id = excluded.meter_id)
      = 'max' then greatest(r.units, excluded.units) else r.units + excluded.units end`;
