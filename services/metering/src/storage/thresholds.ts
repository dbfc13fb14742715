import type { Tx } from "@tollbook/service";
import type { Crossing, ThresholdStore } from "../app/quota-store.ts";

interface CrossingRow {
  counter_id: string;
  limit_id: string;
  limit_version: string;
  percent: number;
  told: boolean;
}

/** See ThresholdStore. */
export function thresholdStore(tx: Tx): ThresholdStore {
  return {
    note: async (crossings, now) => {
      if (crossings.length === 0) return [];
      const text = `insert into threshold_crossed (account_id, counter_id, limit_id, limit_version,
          percent, told, crossed_time)
        select $1::uuid, t.*, $7::timestamptz from
          unnest($2::uuid[], $3::uuid[], $4::bigint[], $5::integer[], $6::boolean[]) as t
        order by 2, 3, 4, 5 on conflict do nothing
        returning counter_id, limit_id, limit_version, percent, told`;
      const rows = await tx.sql<CrossingRow>(text, [
        tx.accountId,
        crossings.map(({ counterId }) => counterId),
        crossings.map(({ limitId }) => limitId),
        crossings.map(({ limitVersion }) => limitVersion),
        crossings.map(({ percent }) => percent),
        crossings.map(({ told }) => told),
        now,
      ]);
      return rows.map(toCrossing);
    },
  };
}

function toCrossing(row: CrossingRow): Crossing {
  return {
    counterId: row.counter_id,
    limitId: row.limit_id,
    limitVersion: BigInt(row.limit_version),
    percent: row.percent,
    told: row.told,
  };
}
