import {
  AckPolicy,
  type ConsumerConfig,
  DeliverPolicy,
  DiscardPolicy,
  type JetStreamManager,
  nanos,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from "nats";
import type { BusNames } from "./names.ts";
import { producerOf } from "./names.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Rows leave the outbox 35 days after they were written at the latest, published or not, and an
 * inbox keeps ids for 40: what NATS still holds must be younger than the difference.
 */
const STREAM_KEPT_MS = 4 * DAY_MS;

/** Reserved on NATS' disk for each producer; when it is full the oldest news goes. */
const STREAM_BYTES_MAX = 256 * 1024 * 1024;

/** Within this time a repeated publish is dropped by NATS; after it, by the inbox. */
const DUPLICATES_MS = 10 * 60 * 1000;

/** How long a received message may wait for its acknowledgement before another gets it. */
export const ACK_WAIT_MS = 20_000;

/** Deliveries of one message. Past this only the feed brings it: within a minute. */
const DELIVERIES_MAX = 10;

/** Messages handed out and not yet acknowledged, over all processes of a consumer. */
const ACK_PENDING_MAX = 1_000;

/** Makes the producer's stream, or brings it up to date. Throws if NATS cannot be asked. */
export async function ensureStream(
  manager: JetStreamManager,
  names: BusNames,
  producer: string,
  replicas: number,
): Promise<void> {
  const config: Partial<StreamConfig> & { name: string } = {
    name: names.stream(producer),
    subjects: [names.streamSubjects(producer)],
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    discard: DiscardPolicy.Old,
    max_age: nanos(STREAM_KEPT_MS),
    max_bytes: STREAM_BYTES_MAX,
    duplicate_window: nanos(DUPLICATES_MS),
    num_replicas: replicas,
  };
  if (await exists(() => manager.streams.info(config.name))) {
    await manager.streams.update(config.name, config);
  } else {
    await manager.streams.add(config);
  }
}

/** Makes the durable consumer of one type, or brings it up to date; the stream must be there. */
export async function ensureConsumer(
  manager: JetStreamManager,
  names: BusNames,
  consumer: string,
  type: string,
): Promise<void> {
  const stream = names.stream(producerOf(type));
  const durable = names.durable(consumer, type);
  const changeable: Partial<ConsumerConfig> = {
    ack_wait: nanos(ACK_WAIT_MS),
    max_deliver: DELIVERIES_MAX,
    max_ack_pending: ACK_PENDING_MAX,
  };
  if (await exists(() => manager.consumers.info(stream, durable))) {
    await manager.consumers.update(stream, durable, changeable);
    return;
  }
  await manager.consumers.add(stream, {
    ...changeable,
    durable_name: durable,
    filter_subject: names.subject(type),
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
  });
}

async function exists(info: () => Promise<unknown>): Promise<boolean> {
  try {
    await info();
    return true;
  } catch (error) {
    if (error instanceof Error && /not found/.test(error.message)) return false;
    throw error;
  }
}
