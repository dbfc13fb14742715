import type { Interval } from "@tollbook/domain";
import type { Tx } from "@tollbook/service";
import type { SealStore } from "../app/seal-store.ts";
import { adoptMetered } from "./adopt-metered.ts";
import { internCells } from "./cells.ts";
import { addedTo, FIGURES, LATENCIES } from "./rollup-columns.ts";

/** Rollups of $2 in [$3, $4) that no subscription was charged for. */
const UNCLAIMED = `r.account_id = $1 and r.bucket_start >= $3 and r.bucket_start < $4
  and r.cell_id in (select cell_id from usage_cell
    where account_id = $1 and customer_id = $2 and subscription_id is null)`;

/** See SealStore.lockUnclaimed. */
export async function lockUnclaimed(tx: Tx, customerId: string, span: Interval) {
  const text = `select 1 from rollup r where ${UNCLAIMED}
    order by r.bucket_start, r.cell_id, r.seal_number for update`;
  return (await tx.sql(text, [tx.accountId, customerId, span.start, span.end])).length > 0;
}

interface CellRow {
  cell_id: number;
  key_id: string | null;
  endpoint: string;
  method: string;
  status_class: number;
  test: boolean;
}

/** See SealStore.adopt. */
export async function adopt(
  tx: Tx,
  subscription: Parameters<SealStore["adopt"]>[0],
  span: Interval,
): Promise<readonly number[]> {
  const { customerId, subscriptionId, isDefault } = subscription;
  const find = `select cell_id, key_id, endpoint, method, status_class, test from usage_cell c
    where account_id = $1 and customer_id = $2 and subscription_id is null
      and ($6 or exists (select from customer_key k where k.account_id = $1
        and k.key_id = c.key_id and k.subscription_id = $5))
      and exists (select from rollup r where r.account_id = $1 and r.cell_id = c.cell_id
        and r.bucket_start >= $3 and r.bucket_start < $4)`;
  const binds = [tx.accountId, customerId, span.start, span.end];
  const cells = await tx.sql<CellRow>(find, [...binds, subscriptionId, isDefault]);
  if (cells.length === 0) return [];
  const numbers = await internCells(
    tx,
    cells.map(({ key_id, endpoint, method, status_class, test }) => ({
      ...{ customerId, subscriptionId, endpoint, method, test },
      keyId: key_id ?? undefined,
      statusClass: status_class,
    })),
  );
  const olds = cells.map(({ cell_id }) => cell_id);
  const move = [tx.accountId, subscriptionId, span.start, span.end, olds, numbers];
  await tx.sql(MOVE, move);
  await adoptMetered(tx, move);
  return [...olds, ...numbers];
}

const COLUMNS = [...FIGURES, ...LATENCIES];

/** A sealed period takes late usage into its next seal. */
const MOVE = `with moved as (
    delete from rollup r using unnest($5::integer[], $6::integer[]) as t (old_cell, new_cell)
    where r.account_id = $1 and r.cell_id = t.old_cell
      and r.bucket_start >= $3 and r.bucket_start < $4
    returning r.*, t.new_cell
  )
  insert into rollup as r (account_id, bucket_start, cell_id, seal_number, ${COLUMNS.join(", ")})
  select $1::uuid, m.bucket_start, m.new_cell, coalesce(max(p.seal_number), 0) + 1,
    ${COLUMNS.map((name) => `sum(m.${name})::bigint`).join(", ")}
  from moved m left join billing_period p on p.account_id = $1 and p.subscription_id = $2
    and p.period_start <= m.bucket_start and p.period_end > m.bucket_start
  group by m.bucket_start, m.new_cell order by 2, 3
  on conflict (account_id, bucket_start, cell_id, seal_number) do update set ${addedTo(LATENCIES)}`;
