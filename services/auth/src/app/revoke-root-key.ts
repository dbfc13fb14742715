import type { Tx } from "@tollbook/service";
import type { RootKey } from "../domain/root-key.ts";
import { rootKeyChanged } from "../events/outgoing.ts";
import type { Needs } from "./needs.ts";

/** Ends a root key. Ending an ended one changes nothing. */
export const revokeRootKey =
  ({ clock, rootKeys }: Needs) =>
  async (tx: Tx, rootKeyId: string): Promise<RootKey> => {
    const rootKey = await rootKeys.getForChange(tx, rootKeyId);
    if (rootKey.revokeTime) return rootKey;
    const revokeTime = clock.now();
    await rootKeys.setRevoked(tx, rootKeyId, revokeTime);
    tx.announce(rootKeyChanged(tx, { rootKeyId, revokeTime }));
    return { ...rootKey, revokeTime };
  };
