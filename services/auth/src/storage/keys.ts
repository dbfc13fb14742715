import { LockMode } from "@mikro-orm/core";
import type { Tx } from "@tollbook/service";
import type { Keys } from "../app/needs.ts";
import { keyNotFound } from "../domain/errors.ts";
import type { Key } from "../domain/key.ts";
import { accountOf } from "./account-of.ts";
import { findKeys } from "./find-keys.ts";
import { fromLimitDocument, toLimitDocument } from "./key-limits.ts";
import { KeyRow } from "./schema.ts";

/** Customers' keys. */
export const keys: Keys = {
  async add(tx, added) {
    const accountId = accountOf(tx);
    const rows = added.map((key) => {
      const { subscriptionId = null, expireTime = null, revokeTime = null } = key;
      const limits = key.limits.map(toLimitDocument);
      return { ...key, accountId, limits, subscriptionId, expireTime, revokeTime };
    });
    await tx.em.insertMany(KeyRow, rows);
  },

  get: (tx, keyId) => one(tx, keyId),

  getForChange: (tx, keyId) => one(tx, keyId, LockMode.PESSIMISTIC_WRITE),

  async save(tx, key) {
    const { keyId, name, state, scopes, metadata, version } = key;
    const { subscriptionId = null, expireTime = null, revokeTime = null } = key;
    const ends = { subscriptionId, expireTime, revokeTime };
    const row = { name, state, scopes, metadata, version, ...ends };
    await tx.em.nativeUpdate(KeyRow, { accountId: accountOf(tx), keyId }, row);
  },

  async list(tx, page, customerId) {
    const where = {
      accountId: accountOf(tx),
      ...(page.beforeId && { keyId: { $lt: page.beforeId } }),
      ...(customerId && { customerId }),
    };
    const order = { orderBy: { keyId: "desc" as const }, limit: page.size + 1 };
    return (await tx.em.find(KeyRow, where, order)).map(toKey);
  },

  byHash: (tx, hashes) => findKeys(tx, "k.hash = any ($2::bytea[])", hashes),

  byIds: (tx, keyIds) => findKeys(tx, "k.key_id = any ($2::uuid[])", keyIds),
};

async function one(tx: Tx, keyId: string, lockMode = LockMode.NONE): Promise<Key> {
  const row = await tx.em.findOne(KeyRow, { accountId: accountOf(tx), keyId }, { lockMode });
  if (!row) throw keyNotFound(keyId);
  return toKey(row);
}

function toKey(row: KeyRow): Key {
  const { accountId: _, hash: __, pepperVersion: ___, ...key } = row;
  const subscriptionId = row.subscriptionId ?? undefined;
  const expireTime = row.expireTime ?? undefined;
  const revokeTime = row.revokeTime ?? undefined;
  const limits = row.limits.map(fromLimitDocument);
  return { ...key, limits, subscriptionId, expireTime, revokeTime };
}
