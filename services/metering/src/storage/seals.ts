import type { Tx } from "@tollbook/service";
import type { PeriodKey, Seal, SealStore } from "../app/seal-store.ts";
import { arrayOf, timeText } from "./array-literal.ts";

/** The part of SealStore about seals that were set. */
export function seals(tx: Tx): Pick<SealStore, "addSeals" | "findSeals"> {
  return {
    addSeals: (added) => addSeals(tx, added),
    findSeals: (periods) => findSeals(tx, periods),
  };
}

async function addSeals(
  tx: Tx,
  added: readonly { period: PeriodKey; seal: Seal }[],
): Promise<void> {
  if (added.length === 0) return;
  const keys = [
    tx.accountId,
    arrayOf(added, ({ period }) => period.subscriptionId),
    arrayOf(added, ({ period }) => timeText(period.start)),
    arrayOf(added, ({ seal }) => seal.sealNumber),
  ];
  const insert = `insert into seal (account_id, subscription_id, period_start, seal_number,
      usage_sha256, calls, seal_time)
    select $1::uuid, * from unnest($2::uuid[], $3::timestamptz[], $4::integer[], $5::bytea[],
      $6::bigint[], $7::timestamptz[])`;
  await tx.sql(insert, [
    ...keys,
    added.map(({ seal }) => seal.usageSha256),
    arrayOf(added, ({ seal }) => seal.calls),
    arrayOf(added, ({ seal }) => timeText(seal.sealTime)),
  ]);
  const update = `update billing_period p set seal_number = t.seal_number
    from unnest($2::uuid[], $3::timestamptz[], $4::integer[])
      as t (subscription_id, period_start, seal_number)
    where p.account_id = $1 and p.subscription_id = t.subscription_id
      and p.period_start = t.period_start`;
  await tx.sql(update, keys);
}

interface SealRow {
  place: number;
  seal_number: number;
  usage_sha256: Buffer;
  calls: string;
  seal_time: Date;
}

async function findSeals(
  tx: Tx,
  periods: readonly (PeriodKey & { readonly sealNumber: number | undefined })[],
): Promise<(Seal | undefined)[]> {
  if (periods.length === 0) return [];
  const text = `select p.place::integer as place, s.* from
      unnest($2::uuid[], $3::timestamptz[], $4::integer[]) with ordinality
        as p (subscription_id, period_start, seal_number, place)
      cross join lateral (select seal_number, usage_sha256, calls, seal_time from seal s
        where s.account_id = $1 and s.subscription_id = p.subscription_id
          and s.period_start = p.period_start
          and (p.seal_number is null or s.seal_number = p.seal_number)
        order by s.seal_number desc limit 1) as s`;
  const rows = await tx.sql<SealRow>(text, [
    tx.accountId,
    arrayOf(periods, ({ subscriptionId }) => subscriptionId),
    arrayOf(periods, ({ start }) => timeText(start)),
    arrayOf(periods, ({ sealNumber }) => sealNumber),
  ]);
  const found: (Seal | undefined)[] = periods.map(() => undefined);
  for (const row of rows) found[row.place - 1] = toSeal(row);
  return found;
}

function toSeal({ seal_number, usage_sha256, calls, seal_time }: SealRow): Seal {
  return {
    sealNumber: seal_number,
    usageSha256: usage_sha256,
    calls: BigInt(calls),
    sealTime: seal_time,
  };
}
