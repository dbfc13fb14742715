import { createHash } from "node:crypto";
import type { Tx } from "@tollbook/service";
import type { PeriodKey, SealStore } from "../app/seal-store.ts";
import { callSums } from "./call-sums.ts";
import { fenceStore } from "./fences.ts";
import { metered } from "./metered.ts";
import { bindsOf, sealable } from "./sealable.ts";
import { seals } from "./seals.ts";
import { adopt, lockUnclaimed } from "./unclaimed.ts";

/** See SealStore. */
export function sealStore(tx: Tx): SealStore {
  return {
    lockPeriod: (period) => lockPeriod(tx, period),
    hasLateUsage: (period, sealNumber) => hasLateUsage(tx, period, sealNumber),
    digest: (period, sealNumber) => digest(tx, period, sealNumber),
    ...seals(tx),
    ...callSums(tx),
    ...metered(tx),
    lockUnclaimed: (customerId, span) => lockUnclaimed(tx, customerId, span),
    adopt: (subscription, span) => adopt(tx, subscription, span),
  };
}

/**
 * Ingest that knows the period shares its row; ingest that does not yet shares the customer's.
 * So a period nobody has heard of is made under the customer's row.
 */
async function lockPeriod(tx: Tx, period: PeriodKey) {
  const { customerId, subscriptionId, start, end } = period;
  const key = [tx.accountId, subscriptionId, start];
  const find = `select seal_number, period_end from billing_period
    where account_id = $1 and subscription_id = $2 and period_start = $3 for update`;
  const [there] = await tx.sql<{ seal_number: number; period_end: Date }>(find, key);
  if (there) return { sealNumber: there.seal_number, end: there.period_end };
  const fences = fenceStore(tx);
  await fences.close(customerId);
  const make = `insert into billing_period
      (account_id, subscription_id, period_start, period_end, customer_id, fence)
    values ($1, $2, $3, $4, $5, 0) on conflict do nothing`;
  await tx.sql(make, [...key, end, customerId]);
  await fences.raise(customerId);
  const [made] = await tx.sql<{ seal_number: number; period_end: Date }>(find, key);
  if (!made) throw new Error("a billing period was made and is not there");
  return { sealNumber: made.seal_number, end: made.period_end };
}

async function hasLateUsage(tx: Tx, period: PeriodKey, sealNumber: number): Promise<boolean> {
  const text = `select 1 from ${sealable("rollup")} and r.seal_number > $6 limit 1`;
  return (await tx.sql(text, [...bindsOf(tx, period), sealNumber])).length > 0;
}

/**
 * A hash a day, then one over the days, so that no text grows with the period. Each line has all
 * that an invoice could be asked about: when, who, where, how often.
 */
async function digest(tx: Tx, period: PeriodKey, sealNumber: number) {
  const text = `select extract(epoch from r.bucket_start)::bigint / 86400 as day,
      sha256(convert_to(string_agg(concat_ws('|', extract(epoch from r.bucket_start)::bigint,
        c.key_id, c.endpoint, c.method, c.status_class, r.seal_number, r.calls, r.refused, r.errors,
        r.units, r.bytes), E'\\n' order by r.bucket_start, r.cell_id, r.seal_number), 'UTF8'))
        as sha256,
      sum(r.calls) as calls
    from ${sealable("rollup")} and r.seal_number <= $6 group by 1 order by 1`;
  const params = [...bindsOf(tx, period), sealNumber];
  const days = await tx.sql<{ sha256: Buffer; calls: string }>(text, params);
  const hash = createHash("sha256");
  for (const { sha256 } of days) hash.update(sha256);
  for (const sha256 of await meteredDigests(tx, params)) hash.update(sha256);
  const calls = days.reduce((sum, day) => sum + BigInt(day.calls), 0n);
  return { sha256: hash.digest(), calls };
}

/** The same a day for what meters counted that look at each call; none if there are none. */
async function meteredDigests(tx: Tx, params: readonly unknown[]): Promise<Buffer[]> {
  const text = `select extract(epoch from r.bucket_start)::bigint / 86400 as day,
      sha256(convert_to(string_agg(concat_ws('|', extract(epoch from r.bucket_start)::bigint,
        c.key_id, c.endpoint, c.method, c.status_class, r.seal_number, r.meter_id, r.units),
        E'\\n' order by r.bucket_start, r.cell_id, r.seal_number, r.meter_id), 'UTF8')) as sha256
    from ${sealable("meter_rollup")} and r.seal_number <= $6 group by 1 order by 1`;
  return (await tx.sql<{ sha256: Buffer }>(text, params)).map(({ sha256 }) => sha256);
}
