import type { Tx } from "@tollbook/service";
import type { ReconciliationStore } from "../app/reconciliation-store.ts";
import type { ReconciledSum, Reconciliation } from "../domain/reconciled-sum.ts";

interface ProofRow {
  proved_time: Date;
  sums: ReconciledSum[];
}

/** See ReconciliationStore. */
export function reconciliationStore(tx: Tx): ReconciliationStore {
  return {
    sums: () => tx.sql<ReconciledSum>(SUMS, [tx.accountId]),
    find: async () => {
      const text = "select proved_time, sums from reconciliation where account_id = $1";
      const [row] = await tx.sql<ProofRow>(text, [tx.accountId]);
      return row && { provedTime: row.proved_time, sums: row.sums };
    },
    save: (proof) => save(tx, proof),
  };
}

/** Two processes may prove at once: the newer proof stays. */
async function save(tx: Tx, { provedTime, sums }: Reconciliation): Promise<void> {
  const agrees = sums.every(({ expected, found }) => expected === found);
  const text = `insert into reconciliation as p (account_id, proved_time, agrees, sums)
    values ($1, $2, $3, $4) on conflict (account_id) do update
    set proved_time = excluded.proved_time, agrees = excluded.agrees, sums = excluded.sums
    where p.proved_time <= excluded.proved_time`;
  await tx.sql(text, [tx.accountId, provedTime, agrees, JSON.stringify(sums)]);
}

const OUT = "l.granted_total - l.returned_total - l.released_total - l.reclaimed";

/** Since when rows of a table are still there, and what was counted in those that are not. */
function dropped(source: "usage_batch" | "rollup"): string {
  return `(select coalesce(max(until), '-infinity') from dropped_sum
    where account_id = $1 and source = '${source}')`;
}

function droppedCalls(source: "usage_batch" | "rollup"): string {
  return `coalesce((select sum(calls) from dropped_sum
    where account_id = $1 and source = '${source}'), 0)`;
}

const KEPT_BATCHES = `from usage_batch b where b.account_id = $1
  and id_time(b.batch_id) >= ${dropped("usage_batch")}`;

/** What does not agree is shown by how many do not: a counter's own figures are in GetQuota. */
const SUMS = `
  select 'rollups = accepted batches' as name,
    (select coalesce(sum(b.counted), 0) + ${droppedCalls("usage_batch")} ${KEPT_BATCHES})::text
      as expected,
    (select coalesce(sum(r.calls + r.refused), 0) + ${droppedCalls("rollup")} from rollup r
      where r.account_id = $1 and r.bucket_start >= ${dropped("rollup")})::text as found
  union all
  select 'items = counted + duplicates + rejected + to be sent again',
    (select coalesce(sum(b.items), 0) ${KEPT_BATCHES})::text,
    (select coalesce(sum(b.counted_items + b.duplicates + b.rejected
      + coalesce(jsonb_array_length(b.told -> 'retryEvents'), 0)
      + coalesce(jsonb_array_length(b.told -> 'retryCells'), 0)), 0) ${KEPT_BATCHES})::text
  union all
  select 'days = their quarter hours',
    (select coalesce(sum(r.calls + r.refused + r.units + r.bytes), 0) from rollup r
      join account_fence f on f.account_id = r.account_id and r.bucket_start < f.folded_until
      where r.account_id = $1 and r.bucket_start >= coalesce((select min(k.day_start)
        from rollup_day k join account_fence g using (account_id, fold_number)
        where k.account_id = $1), '-infinity'))::text,
    (select coalesce(sum(d.calls + d.refused + d.units + d.bytes), 0) from rollup_day d
      join account_fence f using (account_id, fold_number) where d.account_id = $1)::text
  union all
  select 'days of customers = days of cells',
    (select coalesce(sum(d.calls + d.refused + d.units + d.bytes), 0) from rollup_day d
      join account_fence f using (account_id, fold_number) where d.account_id = $1)::text,
    (select coalesce(sum(d.calls + d.refused + d.units + d.bytes), 0) from rollup_customer_day d
      join account_fence f using (account_id, fold_number) where d.account_id = $1)::text
  union all
  select 'distinct values = their rollup',
    (select coalesce(sum(m.units), 0) from meter_rollup m join meter t using (account_id, meter_id)
      where m.account_id = $1 and t.aggregation = 'unique')::text,
    (select count(*) from meter_value v where v.account_id = $1)::text
  union all
  select 'units in counters = units out on leases',
    (select coalesce(sum(c.leased + c.stranded), 0) from counter c where c.account_id = $1)::text,
    (select coalesce(sum(${OUT}), 0) from lease l where l.account_id = $1)::text
  union all
  select 'counters whose leases do not add up', '0',
    (select count(*) from counter c left join (
        select l.counter_id, sum(${OUT}) filter (where l.stranded_time is null) as leased,
          sum(${OUT}) filter (where l.stranded_time is not null) as stranded
        from lease l where l.account_id = $1 group by l.counter_id
      ) as held using (counter_id)
      where c.account_id = $1 and (c.leased <> coalesce(held.leased, 0)
        or c.stranded <> coalesce(held.stranded, 0)))::text`;
