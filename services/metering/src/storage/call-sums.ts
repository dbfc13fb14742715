import type { Interval } from "@tollbook/domain";
import type { Tx } from "@tollbook/service";
import type { NumberedPeriod, SealStore, UsageSubject } from "../app/seal-store.ts";
import type { PlaceSums } from "../domain/meter-rule.ts";
import { bindsOfAll, bindsOfSubject, rowsOfSubject, sealableAll } from "./sealable.ts";

/** The part of SealStore about calls by kind, which meters are worked out from. */
export function callSums(tx: Tx): Pick<SealStore, "calls" | "callsOf"> {
  return {
    calls: (periods, cuts) => calls(tx, periods, cuts),
    callsOf: (subject, span, cuts) => callsOf(tx, subject, span, cuts),
  };
}

interface SumsRow {
  cut: number;
  endpoint: string;
  method: string;
  status_class: number;
  calls: string;
  units: string;
}

const KIND = "c.endpoint, c.method, c.status_class";
const SUMS = "sum(r.calls)::bigint as calls, sum(r.units)::bigint as units";

async function calls(tx: Tx, periods: readonly NumberedPeriod[], cuts: readonly Date[]) {
  const text = `select p.place::integer as place,
      width_bucket(r.bucket_start, $9::timestamptz[]) as cut, ${KIND}, ${SUMS}
    from ${sealableAll("rollup")} where r.seal_number <= p.seal_number
    group by 1, 2, 3, 4, 5 having sum(r.calls) > 0 order by 1, 2, 3, 4, 5`;
  const binds = [...bindsOfAll(tx, periods), cuts];
  const sums: PlaceSums[][] = periods.map(() => []);
  for (const row of await tx.sql<SumsRow & { place: number }>(text, binds)) {
    sums[row.place - 1]?.push(toSums(row, cuts));
  }
  return sums;
}

async function callsOf(tx: Tx, subject: UsageSubject, span: Interval, cuts: readonly Date[]) {
  const text = `select width_bucket(r.bucket_start, $7::timestamptz[]) as cut, ${KIND}, c.test,
      ${SUMS}
    from ${rowsOfSubject("rollup")} group by 1, 2, 3, 4, 5 having sum(r.calls) > 0`;
  const params = [...bindsOfSubject(tx, subject, span), cuts];
  const rows = await tx.sql<SumsRow & { test: boolean }>(text, params);
  return rows.map((row) => ({ ...toSums(row, cuts), test: row.test }));
}

function toSums(row: SumsRow, cuts: readonly Date[]): PlaceSums {
  const bucketStart = cuts[row.cut - 1];
  if (bucketStart === undefined) throw new Error("usage lies before the span it was asked for");
  const { endpoint, method, status_class: statusClass, calls, units } = row;
  const sums = { calls: BigInt(calls), units: BigInt(units) };
  return { endpoint, method, statusClass, bucketStart, ...sums };
}
