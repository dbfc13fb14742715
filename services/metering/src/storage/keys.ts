import type { Tx } from "@tollbook/service";
import type { FoundKey, KeyNames, ToldKey } from "../app/reference-store.ts";
import { accountOf } from "./account-of.ts";
import { limitsBySubject, NO_LIMITS } from "./limits.ts";
import { KeyRow } from "./schema.ts";

/**
 * See ReferenceStore.findKeys. The fence is read before the rest: what changes while we read
 * makes it old, and whoever counts by it is told.
 */
export async function findKeys(tx: Tx, names: KeyNames): Promise<FoundKey[]> {
  const fences = await findFencesOfKeys(tx, names);
  const keyIds = [...fences.keys()];
  if (keyIds.length === 0) return [];
  const where = { accountId: accountOf(tx), keyId: { $in: keyIds } };
  const rows = await tx.em.find(KeyRow, where, { disableIdentityMap: true });
  const limits = await limitsBySubject(tx, keyIds);
  return rows.map(({ keyId, customerId, subscriptionId, test, keySha256 }) => {
    const own = { ...(limits.get(keyId) ?? NO_LIMITS), fence: fences.get(keyId) ?? 0n };
    return {
      key: { keyId, customerId, subscriptionId: subscriptionId ?? undefined, test, ...own },
      keySha256: keySha256?.toString("hex"),
    };
  });
}

async function findFencesOfKeys(tx: Tx, { keyIds, keySha256s }: KeyNames) {
  const text = `select k.key_id, c.fence
    from customer_key k join customer c using (account_id, customer_id)
    where k.account_id = $1 and (k.key_id = any($2::uuid[]) or k.key_sha256 = any($3::bytea[]))`;
  const hashes = keySha256s.map((hash) => Buffer.from(hash, "hex"));
  const params = [tx.accountId, keyIds, hashes];
  const rows = await tx.sql<{ key_id: string; fence: string }>(text, params);
  return new Map(rows.map((row) => [row.key_id, BigInt(row.fence)]));
}

/** See ReferenceStore.keyVersion. */
export async function keyVersion(tx: Tx, keyId: string): Promise<bigint | undefined> {
  const where = { accountId: accountOf(tx), keyId };
  const row = await tx.em.findOne(KeyRow, where, { disableIdentityMap: true });
  return row?.version;
}

/** See ReferenceStore.saveKey. A teller who does not know the SHA-256 does not take it away. */
export async function saveKey(tx: Tx, key: ToldKey): Promise<void> {
  const { keyId, customerId, subscriptionId, test, keySha256, version } = key;
  const row = {
    ...{ accountId: accountOf(tx), keyId, customerId, test, version },
    subscriptionId: subscriptionId ?? null,
    ...(keySha256 === undefined ? {} : { keySha256: Buffer.from(keySha256, "hex") }),
  };
  await tx.em.upsert(KeyRow, row, { onConflictFields: ["accountId", "keyId"] });
}
