import type { Tx } from "@tollbook/service";
import type { ReconciliationStore } from "../app/reconciliation-store.ts";
import type { ReconciledSum, Reconciliation } from "../domain/reconciled-sum.ts";
import { callsOfEach } from "./calls-of-each.ts";
import { callsBesides, foldedDays, saveDays, wrongDays } from "./proved-days.ts";

interface ProofRow {
  proved_time: Date;
  sums: ReconciledSum[];
}

/** See ReconciliationStore. */
export function reconciliationStore(tx: Tx): ReconciliationStore {
  return {
    sums: () => tx.sql<ReconciledSum>(SUMS, [tx.accountId]),
    callsOfBatches: () => callsOfBatches(tx),
    callsBesides: (days) => callsBesides(tx, days),
    foldedDays: (folded, recentFrom) => foldedDays(tx, folded, recentFrom),
    wrongDays: (folded, days) => wrongDays(tx, folded, days),
    saveDays: (days) => saveDays(tx, days),
    keptFrom: async () => {
      const text = `select max(until) as until from dropped_sum
        where account_id = $1 and source = 'rollup'`;
      const [row] = await tx.sql<{ until: Date | null }>(text, [tx.accountId]);
      return row?.until ?? undefined;
    },
    callsOfEach: (spans, folded) => callsOfEach(tx, spans, folded),
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

const KEPT_BATCHES = `from usage_batch b where b.account_id = $1 and b.batch_id >= (
    select coalesce(id_floor(max(until)), '00000000-0000-0000-0000-000000000000') from dropped_sum
    where account_id = $1 and source = 'usage_batch')`;

/** See ReconciliationStore.callsOfBatches. */
async function callsOfBatches(tx: Tx): Promise<bigint> {
  const text = `select coalesce(total(b.counted), 0) + coalesce((select total(calls) from dropped_sum
      where account_id = $1 and source = 'usage_batch'), 0) as calls ${KEPT_BATCHES}`;
  const [row] = await tx.sql<{ calls: string }>(text, [tx.accountId]);
  return BigInt(row?.calls ?? 0);
}

/** What does not agree is shown by how many do not: a counter's own figures are in GetQuota. */
const SUMS = `
  select 'items = counted + duplicates + rejected + to be sent again' as name,
    (select coalesce(sum(b.items), 0) ${KEPT_BATCHES})::text as expected,
    (select coalesce(sum(b.counted_items + b.duplicates + b.rejected
      + coalesce(jsonb_array_length(b.told -> 'retryEvents'), 0)
      + coalesce(jsonb_array_length(b.told -> 'retryCells'), 0)), 0) ${KEPT_BATCHES})::text as found
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
