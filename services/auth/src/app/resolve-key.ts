import { keyUnknown } from "../domain/errors.ts";
import { everyHash } from "../domain/pepper.ts";
import type { FoundKey, Needs } from "./needs.ts";

/** The key behind a SHA-256, in this account. Another account's key is unknown, as is none. */
export const resolveKey =
  ({ database, keys, peppers }: Needs) =>
  async (accountId: string, sha256: Buffer): Promise<FoundKey> => {
    const hashes = everyHash(sha256, peppers);
    const [found] = await database.inAccount(accountId, (tx) => keys.byHash(tx, hashes));
    if (!found) throw keyUnknown();
    return found;
  };
