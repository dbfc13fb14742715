import { everyHash } from "../domain/pepper.ts";
import type { RootKey } from "../domain/root-key.ts";
import type { Needs } from "./needs.ts";

/** The root key behind a SHA-256, in any account; undefined if it does not work (any more). */
export const resolveCredential =
  ({ rootKeys, peppers }: Needs) =>
  async (sha256: Uint8Array): Promise<(RootKey & { accountId: string }) | undefined> => {
    const rootKey = await rootKeys.find(everyHash(sha256, peppers));
    if (!rootKey || rootKey.revokeTime) return undefined;
    const { expireTime } = rootKey;
    return expireTime && expireTime.getTime() <= Date.now() ? undefined : rootKey;
  };
