import type { Database, Logger } from "@tollbook/service";
import type { Bus } from "../bus/bus.ts";
import { startLoop } from "../loop.ts";
import { trimOutbox } from "../outbox/trim-outbox.ts";
import { OUTBOX_CHANNEL } from "../outbox/write-outbox.ts";
import { publishBatch, RELAY_BATCH } from "./publish-batch.ts";

/** Whose outbox goes where. */
export interface RelayOptions {
  readonly database: Database;
  readonly bus: Bus;
  /** `auth`, `metering`, `billing` or `notifier`. */
  readonly producer: string;
  readonly logger: Logger;
}

/** A relay at work. */
export interface Relay {
  /** Has it look at the outbox now. */
  kick(): void;
  /** Resolves when the batch in hand is done. */
  stop(): Promise<void>;
}

/** A notification is lost with its connection; this finds what it would have told. */
const POLL_MS = 1_000;

const TRIM_EVERY_MS = 10 * 60_000;

/**
 * Publishes what is unpublished, as the service's worker: within milliseconds of a commit that
 * notified, within a second otherwise, or when NATS comes back. Any number of relays may run on
 * one outbox. Also trims rows past their time. Never throws.
 */
export function startRelay({ database, bus, producer, logger }: RelayOptions): Relay {
  const publishing = startLoop({
    name: `relay of ${producer}`,
    everyMs: POLL_MS,
    logger,
    work: async () => {
      if (!bus.connected) return;
      await bus.prepare(producer);
      const { taken, published } = await publishBatch(database, bus);
      if (published < taken) throw new Error(`NATS did not confirm ${taken - published} events`);
      return taken === RELAY_BATCH ? 0 : undefined;
    },
  });
  const trimming = startLoop({
    name: `trimming of ${producer}'s outbox`,
    everyMs: TRIM_EVERY_MS,
    logger,
    work: async () => ((await trimOutbox(database)) ? 0 : undefined),
  });
  const listening = database.listen(OUTBOX_CHANNEL, publishing.kick);
  const unfollow = bus.onConnect(publishing.kick);
  return {
    kick: publishing.kick,
    stop: async () => {
      unfollow();
      const unlisten = await listening;
      await Promise.all([unlisten(), publishing.stop(), trimming.stop()]);
    },
  };
}
