import type { Tx } from "@tollbook/service";
import type { PeriodKey, Seal, SealStore } from "../app/seal-store.ts";

/** The part of SealStore about seals that were set. */
export function seals(tx: Tx): Pick<SealStore, "addSeal" | "findSeal"> {
  return {
    addSeal: (period, seal) => addSeal(tx, period, seal),
    findSeal: (period, sealNumber) => findSeal(tx, period, sealNumber),
  };
}

async function addSeal(tx: Tx, { subscriptionId, start }: PeriodKey, seal: Seal): Promise<void> {
  const key = [tx.accountId, subscriptionId, start, seal.sealNumber];
  const insert = `insert into seal (account_id, subscription_id, period_start, seal_number,
      usage_sha256, calls, seal_time) values ($1, $2, $3, $4, $5, $6, $7)`;
  await tx.sql(insert, [...key, seal.usageSha256, seal.calls, seal.sealTime]);
  const update = `update billing_period set seal_number = $4
    where account_id = $1 and subscription_id = $2 and period_start = $3`;
  await tx.sql(update, key);
}

interface SealRow {
  seal_number: number;
  usage_sha256: Buffer;
  calls: string;
  seal_time: Date;
}

async function findSeal(
  tx: Tx,
  { subscriptionId, start }: PeriodKey,
  sealNumber: number | undefined,
): Promise<Seal | undefined> {
  const text = `select seal_number, usage_sha256, calls, seal_time from seal
    where account_id = $1 and subscription_id = $2 and period_start = $3
      and ($4::integer is null or seal_number = $4)
    order by seal_number desc limit 1`;
  const params = [tx.accountId, subscriptionId, start, sealNumber ?? null];
  const [row] = await tx.sql<SealRow>(text, params);
  if (!row) return undefined;
  const { seal_number, usage_sha256, calls, seal_time } = row;
  return {
    sealNumber: seal_number,
    usageSha256: usage_sha256,
    calls: BigInt(calls),
    sealTime: seal_time,
  };
}
