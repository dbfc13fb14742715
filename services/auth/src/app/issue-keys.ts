import { newId } from "@tollbook/domain";
import { makeKey } from "@tollbook/gate";
import type { Tx } from "@tollbook/service";
import { checkKeys, type Key, type KeyWords } from "../domain/key.ts";
import { windowOf } from "../domain/key-limit.ts";
import { pepperedHash } from "../domain/pepper.ts";
import { keyChanged } from "../events/outgoing.ts";
import type { Needs } from "./needs.ts";

export interface IssuedKey {
  key: Key;
  /** Shown once. */
  secret: string;
}

/** Issues keys for a customer. Their secrets are in the answer and nowhere else. */
export const issueKeys =
  ({ clock, peppers, customers, keys }: Needs) =>
  async (tx: Tx, words: KeyWords): Promise<IssuedKey[]> => {
    const now = clock.now();
    checkKeys(words, now);
    await customers.get(tx, words.customerId);
    const issued = Array.from({ length: Math.max(1, words.count) }, () => newKey(words, now));
    const stored = issued.map(({ key, sha256 }) => {
      return { ...key, ...pepperedHash(Buffer.from(sha256, "hex"), peppers) };
    });
    await keys.add(tx, stored);
    for (const { key } of issued) tx.announce(keyChanged(tx, key));
    return issued;
  };

function newKey(words: KeyWords, now: Date): IssuedKey & { sha256: string } {
  const { count: _, prefix: ownerPrefix, limits, ...said } = words;
  const made = makeKey({ test: words.test, ownerPrefix: ownerPrefix || undefined });
  const kind = words.test ? "tb_test" : "tb_live";
  const key: Key = {
    ...said,
    keyId: newId(),
    limits: limits.map((limit) => {
      return { ...limit, name: limit.name.trim(), limitId: newId(), window: windowOf(limit) };
    }),
    prefix: ownerPrefix ? `${kind}_${ownerPrefix}` : kind,
    lastFour: made.lastFour,
    state: "active",
    version: 1n,
    createTime: now,
    revokeTime: undefined,
  };
  return { key, secret: made.key, sha256: made.sha256 };
}
