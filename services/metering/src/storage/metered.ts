import type { Interval } from "@tollbook/domain";
import type { Tx } from "@tollbook/service";
import type { PeriodKey, SealStore, UsageSubject } from "../app/seal-store.ts";
import type { Aggregation, Meter } from "../domain/meter.ts";
import { bindsOf, bindsOfSubject, rowsOfSubject, sealable } from "./sealable.ts";

/** The part of SealStore about what meters counted that look at each call. */
export function metered(tx: Tx): Pick<SealStore, "metered" | "meteredOf"> {
  return {
    metered: (period, stretches, sealNumber, meters) => {
      return sealed(tx, period, { stretches, sealNumber, meters });
    },
    meteredOf: (subject, span, meterId) => meteredOf(tx, subject, span, meterId),
  };
}

interface SealedRow {
  stretch: number;
  meter_id: string;
  endpoint: string;
  method: string;
  units: string;
}

/** Binds $6 to $10 are seal, starts of stretches, and meters that add up, compare, tell apart. */
const SEALED = `
  select width_bucket(r.bucket_start, $7::timestamptz[]) as stretch, r.meter_id,
    c.endpoint, c.method, sum(r.units)::bigint as units
  from ${sealable("meter_rollup")} and r.seal_number <= $6 and r.meter_id = any($8::uuid[])
  group by 1, 2, 3, 4
  union all
  select width_bucket(r.bucket_start, $7::timestamptz[]), r.meter_id, '', '', max(r.units)
  from ${sealable("meter_rollup")} and r.seal_number <= $6 and r.meter_id = any($9::uuid[])
  group by 1, 2
  union all
  select width_bucket(r.bucket_start, $7::timestamptz[]), r.meter_id, '', '',
    count(distinct r.value_hash)
  from ${sealable("meter_value")} and r.seal_number <= $6 and r.meter_id = any($10::uuid[])
  group by 1, 2
  order by 1, 2, 3, 4`;

interface Asked {
  readonly stretches: readonly Interval[];
  readonly sealNumber: number;
  readonly meters: readonly Meter[];
}

async function sealed(tx: Tx, period: PeriodKey, { stretches, sealNumber, meters }: Asked) {
  const idsOf = (...kinds: Aggregation[]) => {
    return meters.flatMap((one) => (kinds.includes(one.aggregation) ? [one.meterId] : []));
  };
  const starts = stretches.map(({ start }) => start);
  const ids = [idsOf("count", "sum"), idsOf("max"), idsOf("unique")];
  const params = [...bindsOf(tx, period), sealNumber, starts, ...ids];
  const rows = await tx.sql<SealedRow>(SEALED, params);
  return rows.flatMap(({ stretch, meter_id: meterId, endpoint, method, units }) => {
    const span = stretches[stretch - 1];
    if (span === undefined) throw new Error("sealed usage lies outside its period");
    const row = { stretch: span, meterId, endpoint, method, units: BigInt(units) };
    return row.units === 0n ? [] : [row];
  });
}

async function meteredOf(tx: Tx, subject: UsageSubject, span: Interval, meterId: string) {
  const text = `select c.test, sum(r.units)::bigint as units from ${rowsOfSubject("meter_rollup")}
    and r.meter_id = $7 group by c.test`;
  const params = [...bindsOfSubject(tx, subject, span), meterId];
  const rows = await tx.sql<{ test: boolean; units: string }>(text, params);
  const of = (test: boolean) => BigInt(rows.find((row) => row.test === test)?.units ?? 0);
  return { live: of(false), test: of(true) };
}
