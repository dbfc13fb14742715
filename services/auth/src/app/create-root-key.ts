import { newId } from "@tollbook/domain";
import type { Tx } from "@tollbook/service";
import { pepperedHash } from "../domain/pepper.ts";
import { checkRootKey, makeRootKeySecret, type RootKey } from "../domain/root-key.ts";
import { rootKeyChanged } from "../events/outgoing.ts";
import type { Needs } from "./needs.ts";

export interface RootKeyWords {
  name: string;
  scopes: string[];
  expireTime?: Date | undefined;
}

/** Makes a root key. Its secret is in the answer and nowhere else. */
export const createRootKey =
  ({ clock, peppers, rootKeys }: Needs) =>
  async (tx: Tx, words: RootKeyWords): Promise<{ rootKey: RootKey; secret: string }> => {
    checkRootKey(words.name, words.scopes, words.expireTime);
    const { secret, sha256, lastFour } = makeRootKeySecret();
    const rootKey: RootKey = {
      rootKeyId: newId(),
      name: words.name.trim(),
      scopes: words.scopes,
      lastFour,
      createTime: clock.now(),
      expireTime: words.expireTime,
      revokeTime: undefined,
    };
    await rootKeys.add(tx, rootKey, pepperedHash(sha256, peppers));
    tx.announce(rootKeyChanged(tx, rootKey));
    return { rootKey, secret };
  };
