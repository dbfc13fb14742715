import type { Tx } from "@tollbook/service";
import { keyRevoked } from "../domain/errors.ts";
import type { Key, KeyState } from "../domain/key.ts";
import { keyChanged } from "../events/outgoing.ts";
import type { Needs } from "./needs.ts";

/**
 * Revokes a key for good, or switches it off or on. To the same state changes nothing; a revoked
 * key never works again.
 */
export const setKeyState =
  ({ clock, keys }: Needs) =>
  async (tx: Tx, keyId: string, state: KeyState): Promise<Key> => {
    const key = await keys.getForChange(tx, keyId);
    if (key.state === state) return key;
    if (key.state === "revoked") throw keyRevoked(keyId);
    const revokeTime = state === "revoked" ? clock.now() : undefined;
    const changed = { ...key, state, revokeTime, version: key.version + 1n };
    await keys.save(tx, changed);
    tx.announce(keyChanged(tx, changed));
    return changed;
  };
