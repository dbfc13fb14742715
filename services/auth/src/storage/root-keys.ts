import { LockMode } from "@mikro-orm/core";
import type { Database } from "@tollbook/service";
import type { RootKeys } from "../app/needs.ts";
import { rootKeyNotFound } from "../domain/errors.ts";
import type { RootKey } from "../domain/root-key.ts";
import { accountOf } from "./account-of.ts";
import { RootKeyRow } from "./schema.ts";

/** The accounts' own credentials. */
export const rootKeysIn = (database: Database): RootKeys => ({
  async add(tx, rootKey, stored) {
    const { expireTime = null, revokeTime = null } = rootKey;
    const row = { ...rootKey, ...stored, accountId: accountOf(tx), expireTime, revokeTime };
    tx.em.create(RootKeyRow, row);
    await tx.em.flush();
  },

  async getForChange(tx, rootKeyId) {
    const where = { accountId: accountOf(tx), rootKeyId };
    const row = await tx.em.findOne(RootKeyRow, where, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (!row) throw rootKeyNotFound(rootKeyId);
    return toRootKey(row);
  },

  async setRevoked(tx, rootKeyId, revokeTime) {
    await tx.em.nativeUpdate(RootKeyRow, { accountId: accountOf(tx), rootKeyId }, { revokeTime });
  },

  async list(tx, page) {
    const older = page.beforeId && { rootKeyId: { $lt: page.beforeId } };
    const where = { accountId: accountOf(tx), ...older };
    const order = { orderBy: { rootKeyId: "desc" as const }, limit: page.size + 1 };
    return (await tx.em.find(RootKeyRow, where, order)).map(toRootKey);
  },

  async find(hashes) {
    const text = "select * from root_key_by_hash($1::bytea[])";
    const [row] = await database.asWorker((tx) => tx.sql<FoundRow>(text, [hashes]));
    if (!row) return undefined;
    return {
      accountId: row.account_id,
      rootKeyId: row.root_key_id,
      name: row.name,
      scopes: row.scopes,
      lastFour: row.last_four,
      createTime: row.create_time,
      expireTime: row.expire_time ?? undefined,
      revokeTime: row.revoke_time ?? undefined,
    };
  },
});

interface FoundRow {
  account_id: string;
  root_key_id: string;
  name: string;
  scopes: string[];
  last_four: string;
  create_time: Date;
  expire_time: Date | null;
  revoke_time: Date | null;
}

function toRootKey(row: RootKeyRow): RootKey {
  const { rootKeyId, name, scopes, lastFour, createTime } = row;
  const expireTime = row.expireTime ?? undefined;
  const revokeTime = row.revokeTime ?? undefined;
  return { rootKeyId, name, scopes, lastFour, createTime, expireTime, revokeTime };
}
