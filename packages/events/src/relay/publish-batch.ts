import type { Database } from "@tollbook/service";
import type { Bus } from "../bus/bus.ts";
import { markPublished, takeUnpublished } from "../outbox/unpublished.ts";

/** Events in flight at once: enough for thousands a second, and one small transaction. */
export const RELAY_BATCH = 256;

/** What became of a batch. */
export interface PublishedBatch {
  readonly taken: number;
  readonly published: number;
}

/**
 * Publishes the oldest unpublished events and marks those that NATS has stored, in one worker
 * transaction that locks them meanwhile: a publish is answered, or given up, well within the
 * transaction's 10 s. The others stay unpublished: whether NATS has them is unknown.
 */
export async function publishBatch(database: Database, bus: Bus): Promise<PublishedBatch> {
  return database.asWorker(async (tx) => {
    const events = await takeUnpublished(tx, RELAY_BATCH);
    const stored = await Promise.all(events.map((event) => bus.publish(event)));
    const published = events.filter((_, index) => stored[index]);
    await markPublished(tx, published);
    return { taken: events.length, published: published.length };
  });
}
