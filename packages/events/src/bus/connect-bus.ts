import type { Logger } from "@tollbook/service";
import type { Bus } from "./bus.ts";
import { type BusAddress, keepConnected } from "./connection.ts";
import { startConsumption } from "./consume.ts";
import { jetStreamOf } from "./jet-stream.ts";
import { busNames } from "./names.ts";
import { startOverhearing } from "./overhear.ts";
import { publisher } from "./publish.ts";

/** Where NATS is and what we are to it. */
export interface BusOptions extends BusAddress {
  /** Copies of each stream: 1 on one machine, 3 in a cluster. */
  readonly replicas?: number;
  /** Leads all our names on NATS, so that two Tollbooks (or test runs) can share one. */
  readonly namespace?: string;
  readonly logger: Logger;
}

/**
 * The road of the news over NATS JetStream. Returns at once and never throws: it connects in the
 * background, again and again; streams and consumers that are missing are made again.
 */
export function connectBus({ replicas = 1, namespace, logger, ...address }: BusOptions): Bus {
  const connection = keepConnected(address, logger);
  const jetStream = jetStreamOf({ connection, names: busNames(namespace), replicas, logger });
  return {
    get connected() {
      return connection.current() !== undefined;
    },
    onConnect: connection.onConnect,
    prepare: jetStream.prepare,
    publish: publisher(jetStream),
    consume: (subscription) => startConsumption(jetStream, subscription),
    overhear: (type, listener) => startOverhearing(jetStream, type, listener),
    close: connection.close,
  };
}
