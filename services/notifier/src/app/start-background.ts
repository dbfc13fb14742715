import { addressWaitingAlerts } from "./address-waiting-alerts.ts";
import type { Needs } from "./needs.ts";
import { repeat } from "./repeat.ts";
import { startSender } from "./start-sender.ts";

/** How often waiting alerts are looked at, when nothing wakes us. */
const addressEveryMs = 1_000;

const trimEveryMs = 10 * 60_000;

/** Everything nobody asks for. */
export interface Background {
  stop(): Promise<void>;
}

/** Starts addressing, sending and forgetting. Never throws for want of a database. */
export function startBackground(needs: Needs, leaseMs?: number): Background {
  const { queue, waiting, logger } = needs;
  const sender = startSender(needs, leaseMs);
  const addressing = repeat(
    { name: "waiting alerts", everyMs: addressEveryMs, logger },
    addressWaitingAlerts(needs),
  );
  const trimming = repeat({ name: "retention", everyMs: trimEveryMs, logger }, async () => {
    while (await queue.trim());
    for (const alert of await waiting.dropHopeless()) {
      logger.error({ alert }, "an alert was dropped: its account was never heard of");
    }
  });
  const listening = queue.onWork(() => {
    addressing.kick();
    sender.kick();
  });
  return {
    stop: async () => {
      const unlisten = await listening;
      await Promise.all([unlisten(), addressing.stop(), trimming.stop(), sender.stop()]);
    },
  };
}
