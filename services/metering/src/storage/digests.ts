import { createHash } from "node:crypto";
import type { Tx } from "@tollbook/service";
import type { NumberedPeriod } from "../app/seal-store.ts";
import { bindsOfAll, sealableAll } from "./sealable.ts";

/** See SealStore.haveLateUsage. */
export async function haveLateUsage(tx: Tx, periods: readonly NumberedPeriod[]) {
  const text = `select distinct p.place::integer as place from ${sealableAll("rollup")}
    where r.seal_number > p.seal_number`;
  const late = periods.map(() => false);
  for (const { place } of await tx.sql<{ place: number }>(text, bindsOfAll(tx, periods))) {
    late[place - 1] = true;
  }
  return late;
}

/**
 * See SealStore.digests. A hash a day, then one over the days, so that no text grows with the
 * period. Each line has all that an invoice could be asked about: when, who, where, how often.
 */
export async function digests(tx: Tx, periods: readonly NumberedPeriod[]) {
  const binds = bindsOfAll(tx, periods);
  const sums = periods.map(() => ({ hash: createHash("sha256"), calls: 0n }));
  for (const { place, sha256, calls } of await tx.sql<DayRow>(DAYS, binds)) {
    const sum = sums[place - 1];
    if (sum === undefined) throw new Error("a day of a period that was not asked for");
    sum.hash.update(sha256);
    sum.calls += BigInt(calls);
  }
  for (const { place, sha256 } of await tx.sql<Omit<DayRow, "calls">>(METERED_DAYS, binds)) {
    sums[place - 1]?.hash.update(sha256);
  }
  return sums.map(({ hash, calls }) => ({ sha256: hash.digest(), calls }));
}

interface DayRow {
  place: number;
  sha256: Buffer;
  calls: string;
}

const DAY = "extract(epoch from r.bucket_start)::bigint / 86400 as day";

/** The SHA-256 of a day's lines, which begin alike: bucket, key, endpoint, method, class, seal. */
function hashOf(columns: string, order: string): string {
  return `sha256(convert_to(string_agg(concat_ws('|', extract(epoch from r.bucket_start)::bigint,
    c.key_id, c.endpoint, c.method, c.status_class, r.seal_number, ${columns}), E'\\n'
    order by ${order}), 'UTF8')) as sha256`;
}

const DAYS = `select p.place::integer as place, ${DAY},
    ${hashOf(
      "r.calls, r.refused, r.errors, r.units, r.bytes",
      "r.bucket_start, r.cell_id, r.seal_number",
    )},
    sum(r.calls) as calls
  from ${sealableAll("rollup")} where r.seal_number <= p.seal_number
  group by 1, 2 order by 1, 2`;

/** The same for what meters counted that look at each call; none if there are none. */
const METERED_DAYS = `select p.place::integer as place, ${DAY},
    ${hashOf("r.meter_id, r.units", "r.bucket_start, r.cell_id, r.seal_number, r.meter_id")}
  from ${sealableAll("meter_rollup")} where r.seal_number <= p.seal_number
  group by 1, 2 order by 1, 2`;
