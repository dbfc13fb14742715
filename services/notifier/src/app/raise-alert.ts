import type { Tx } from "@tollbook/service";
import type { Alert } from "../domain/alert.ts";
import { isTold } from "../domain/default-rules.ts";
import type { Needs } from "./needs.ts";
import { tellAlert } from "./tell-alert.ts";

/**
 * Takes an alert up, in the transaction that takes in its event: as deliveries, or, while its
 * account or customer has not been heard of, to wait for them.
 */
export const raiseAlert =
  (needs: Needs) =>
  async (tx: Tx, alert: Alert): Promise<void> => {
    if (!isTold(alert)) return;
    const told = await tellAlert(needs)(tx, alert, async () => true);
    if (told !== "told") await needs.waiting.add(tx, alert);
  };
