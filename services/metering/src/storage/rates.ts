import type { Tx } from "@tollbook/service";
import type { BucketChange, BucketRow, NamedBucket, RateStore } from "../app/rate-store.ts";
import { MICRO } from "../domain/rate-bucket.ts";
import type { ShareRow } from "../domain/rate-desk.ts";
import { arrayOf } from "./array-literal.ts";

/** See RateStore. */
export function rateStore(tx: Tx): RateStore {
  return {
    lock: (ids) => read(tx, ids, "for update"),
    make: (buckets) => make(tx, buckets),
    write: (gateId, changes) => write(tx, gateId, changes),
    figures: (ids) => read(tx, ids, ""),
  };
}

const NOW_US = "(extract(epoch from now()) * 1000000)::bigint";

/** Shares are read after the buckets are locked: nobody changes them then. */
async function read(tx: Tx, ids: readonly string[], lock: "for update" | "") {
  const params = [tx.accountId, arrayOf(ids, (id) => id)];
  const locking = `select bucket_id, rate_per_minute_milli, burst, level_micro, level_us
    from rate_bucket where account_id = $1 and bucket_id = any($2::uuid[])
    order by bucket_id ${lock}`;
  const buckets = await tx.sql<StoredBucket>(locking, params);
  const text = `select t.now_us, s.bucket_id, s.gate_id, s.per_minute_milli, s.burst,
      s.told_per_minute_milli, s.told_burst, s.number, s.demand, s.turn_us, s.expires_us
    from (select ${NOW_US} as now_us) as t
    left join rate_share s on s.account_id = $1 and s.bucket_id = any($2::uuid[])`;
  const shares = await tx.sql<StoredShare>(text, params);
  const rows = buckets.map((bucket) => {
    return toBucket(
      bucket,
      shares.filter((share) => share.bucket_id === bucket.bucket_id),
    );
  });
  return { rows, nowUs: BigInt(shares[0]?.now_us ?? 0) };
}

async function make(tx: Tx, buckets: readonly NamedBucket[]): Promise<void> {
  const text = `insert into rate_bucket (account_id, bucket_id, customer_id, subject_id, limit_id,
      test, rate_per_minute_milli, burst, level_micro, level_us)
    select $1::uuid, t.*, ${NOW_US} from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[],
      $6::boolean[], $7::bigint[], $8::bigint[], $9::bigint[]) as t
    on conflict do nothing`;
  const sorted = [...buckets].sort((one, other) => (one.bucketId < other.bucketId ? -1 : 1));
  await tx.sql(text, [
    tx.accountId,
    arrayOf(sorted, ({ bucketId }) => bucketId),
    arrayOf(sorted, ({ limit }) => limit.customerId),
    arrayOf(sorted, ({ limit }) => limit.subjectId),
    arrayOf(sorted, ({ limit }) => limit.limitId),
    arrayOf(sorted, ({ test }) => test),
    arrayOf(sorted, ({ limit }) => limit.perMinuteMilli),
    arrayOf(sorted, ({ limit }) => limit.burst),
    arrayOf(sorted, ({ limit }) => limit.burst * MICRO),
  ]);
}

async function write(tx: Tx, gateId: string, changes: readonly BucketChange[]): Promise<void> {
  if (changes.length === 0) return;
  const text = `with share as (
      insert into rate_share as s (account_id, gate_id, bucket_id, per_minute_milli, burst,
        told_per_minute_milli, told_burst, number, demand, turn_us, expires_us)
      select $1::uuid, $2::uuid, t.* from unnest($3::uuid[], $8::bigint[], $9::bigint[],
        $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[],
        $15::bigint[]) as t
      on conflict (account_id, bucket_id, gate_id) do update set
        per_minute_milli = excluded.per_minute_milli, burst = excluded.burst,
        told_per_minute_milli = excluded.told_per_minute_milli, told_burst = excluded.told_burst,
        number = excluded.number, demand = excluded.demand, turn_us = excluded.turn_us,
        expires_us = excluded.expires_us
    )
    update rate_bucket b set level_micro = t.level_micro, level_us = t.level_us,
      rate_per_minute_milli = t.pace, burst = t.burst
    from unnest($3::uuid[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[])
      as t (bucket_id, level_micro, level_us, pace, burst)
    where b.account_id = $1 and b.bucket_id = t.bucket_id`;
  const of = (field: keyof Omit<ShareRow, "gateId">) => {
    return arrayOf(changes, ({ share }) => share[field]);
  };
  await tx.sql(text, [
    ...[tx.accountId, gateId],
    arrayOf(changes, ({ bucketId }) => bucketId),
    arrayOf(changes, ({ level }) => level.micro),
    arrayOf(changes, ({ level }) => level.atUs),
    arrayOf(changes, ({ rate }) => rate.perMinuteMilli),
    arrayOf(changes, ({ rate }) => rate.burst),
    ...[of("perMinuteMilli"), of("burst"), of("toldPerMinuteMilli"), of("toldBurst")],
    ...[of("number"), of("demand"), of("turnUs"), of("expiresUs")],
  ]);
}

interface StoredBucket {
  bucket_id: string;
  rate_per_minute_milli: string;
  burst: string;
  level_micro: string;
  level_us: string;
}

interface StoredShare {
  now_us: string;
  bucket_id: string | null;
  gate_id: string;
  per_minute_milli: string;
  burst: string;
  told_per_minute_milli: string;
  told_burst: string;
  number: string;
  demand: string;
  turn_us: string;
  expires_us: string;
}

function toBucket(row: StoredBucket, shares: readonly StoredShare[]): BucketRow {
  return {
    bucketId: row.bucket_id,
    rate: { perMinuteMilli: BigInt(row.rate_per_minute_milli), burst: BigInt(row.burst) },
    level: { micro: BigInt(row.level_micro), atUs: BigInt(row.level_us) },
    shares: shares.map(toShare),
  };
}

function toShare(row: StoredShare): ShareRow {
  return {
    gateId: row.gate_id,
    perMinuteMilli: BigInt(row.per_minute_milli),
    burst: BigInt(row.burst),
    toldPerMinuteMilli: BigInt(row.told_per_minute_milli),
    toldBurst: BigInt(row.told_burst),
    number: BigInt(row.number),
    demand: BigInt(row.demand),
    turnUs: BigInt(row.turn_us),
    expiresUs: BigInt(row.expires_us),
  };
}
