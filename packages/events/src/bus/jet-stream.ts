import type { Logger } from "@tollbook/service";
import type { JetStreamClient, JetStreamManager } from "nats";
import type { Connection } from "./connection.ts";
import type { BusNames } from "./names.ts";
import { ensureStream } from "./streams.ts";

/** JetStream over whatever connection there is, and which streams were seen on it. */
export interface JetStream {
  readonly connection: Connection;
  readonly names: BusNames;
  readonly logger: Logger;
  /** Both throw while NATS is away. */
  client(): JetStreamClient;
  manager(): Promise<JetStreamManager>;
  /** Makes sure of a producer's stream; asks NATS once a connection, and after `forget`. */
  prepare(producer: string): Promise<void>;
  /** Called when a stream that was there seems to be gone. */
  forget(producer: string): void;
}

/** An answer NATS owes us; later means unknown. */
export const ANSWER_WITHIN_MS = 2_000;

/** Builds it; `replicas` is for the streams it makes. */
export function jetStreamOf(options: {
  connection: Connection;
  names: BusNames;
  replicas: number;
  logger: Logger;
}): JetStream {
  const { connection, names, replicas, logger } = options;
  const prepared = new Map<string, Promise<void>>();
  connection.onConnect(() => prepared.clear());

  const usable = () => {
    const current = connection.current();
    if (current === undefined) throw new Error("NATS is away");
    return current;
  };
  const manager = () => usable().jetstreamManager({ timeout: ANSWER_WITHIN_MS, checkAPI: false });
  const forget = (producer: string) => prepared.delete(producer);
  return {
    connection,
    names,
    logger,
    client: () => usable().jetstream({ timeout: ANSWER_WITHIN_MS }),
    manager,
    prepare: (producer) => {
      const known = prepared.get(producer);
      if (known !== undefined) return known;
      const preparing = manager().then((api) => ensureStream(api, names, producer, replicas));
      prepared.set(producer, preparing);
      preparing.catch(() => forget(producer));
      return preparing;
    },
    forget,
  };
}
