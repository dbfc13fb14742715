import { fromProtoEvent } from "../feed/convert.ts";
import type { EventFeed } from "../feed/event-feed.ts";
import { type Hearing, hear } from "../inbox/hear.ts";
import { unheard } from "../inbox/inbox.ts";
import { saveCursor, savedCursor } from "./cursor.ts";

/** A producer the consumer listens to. */
export interface Source {
  readonly producer: string;
  /** A client of the producer's `EventFeedService`. */
  readonly feed: EventFeed;
}

/** Events of one page: some seconds of work after a long absence, one query otherwise. */
const PAGE_SIZE = 500;

/**
 * Hears everything the producer has told since the saved place, page by page, until there is no
 * more or `signal` stops it. Nearly all of it came by NATS already, which one look at the inbox
 * tells. The place moves on only past events that are settled. Throws what the feed throws.
 */
export async function pull(
  hearing: Hearing,
  { producer, feed }: Source,
  types: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const { database, consumer, logger } = hearing;
  let after = await savedCursor(database, consumer, producer, types);
  while (!signal.aborted) {
    const page = await feed.listEvents({ producer, after, types: [...types], pageSize: PAGE_SIZE });
    if (page.resyncRequired) {
      logger.warn({ consumer, producer, after }, "reads a producer's events again from the start");
    }
    for (const event of await unheard(database, consumer, page.events.map(fromProtoEvent))) {
      if (signal.aborted) return;
      await hear(hearing, event);
    }
    if (page.next === undefined) throw new Error(`${producer}'s feed gave no next cursor`);
    after = page.next;
    await saveCursor(database, consumer, producer, types, after);
    if (page.caughtUp) return;
  }
}
