import type { Tx } from "@tollbook/service";
import type { FoundKey } from "../app/needs.ts";
import type { Standing } from "../domain/customer.ts";
import type { KeyState } from "../domain/key.ts";
import { fromLimitDocument, type KeyLimitDocument } from "./key-limits.ts";

/** One trip for keys and their customers: this is what an uncached key costs a gate. */
export async function findKeys(
  tx: Tx,
  condition: string,
  values: readonly unknown[],
): Promise<FoundKey[]> {
  const text = `select k.key_id, k.customer_id, k.name, k.prefix, k.last_four, k.test, k.state,
      k.subscription_id, k.scopes, k.metadata, k.limits, k.version, k.create_time, k.expire_time,
      k.revoke_time, k.hash, c.external_id, c.standing, c.version as customer_version
    from customer_key k join customer c using (account_id, customer_id)
    where k.account_id = $1 and ${condition}`;
  const rows = await tx.sql<FoundRow>(text, [tx.accountId, values]);
  return rows.map(toFoundKey);
}

interface FoundRow {
  key_id: string;
  customer_id: string;
  name: string;
  prefix: string;
  last_four: string;
  test: boolean;
  state: KeyState;
  subscription_id: string | null;
  scopes: string[];
  metadata: Record<string, string>;
  limits: KeyLimitDocument[];
  version: string;
  create_time: Date;
  expire_time: Date | null;
  revoke_time: Date | null;
  hash: Buffer;
  external_id: string;
  standing: Standing;
  customer_version: string;
}

function toFoundKey(row: FoundRow): FoundKey {
  const { hash, standing } = row;
  const key = {
    keyId: row.key_id,
    customerId: row.customer_id,
    name: row.name,
    prefix: row.prefix,
    lastFour: row.last_four,
    test: row.test,
    state: row.state,
    subscriptionId: row.subscription_id ?? undefined,
    scopes: row.scopes,
    metadata: row.metadata,
    limits: row.limits.map(fromLimitDocument),
    version: BigInt(row.version),
    createTime: row.create_time,
    expireTime: row.expire_time ?? undefined,
    revokeTime: row.revoke_time ?? undefined,
  };
  const customerVersion = BigInt(row.customer_version);
  return { key, hash, standing, customerExternalId: row.external_id, customerVersion };
}
