import { everyHash } from "../domain/pepper.ts";
import type { FoundKey, Needs } from "./needs.ts";

/** A key as it was asked for: by its id, or by its SHA-256. */
export interface DescribedKey {
  found: FoundKey;
  sha256: Buffer | undefined;
}

/** Keys of an account by id and by SHA-256; those that do not exist are left out. */
export const describeKeys =
  ({ database, keys, peppers }: Needs) =>
  async (accountId: string, keyIds: string[], sha256s: Buffer[]): Promise<DescribedKey[]> => {
    const asked = new Map(
      sha256s.flatMap((sha256) =>
        everyHash(sha256, peppers).map((hash) => [hash.toString("base64"), sha256] as const),
      ),
    );
    const hashes = [...asked.keys()].map((hash) => Buffer.from(hash, "base64"));
    return database.inAccount(accountId, async (tx) => {
      const byId = keyIds.length > 0 ? await keys.byIds(tx, keyIds) : [];
      const byHash = hashes.length > 0 ? await keys.byHash(tx, hashes) : [];
      return [
        ...byId.map((found) => ({ found, sha256: undefined })),
        ...byHash.map((found) => ({ found, sha256: asked.get(found.hash.toString("base64")) })),
      ];
    });
  };
