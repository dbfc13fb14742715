import type { ListEventsRequest, ListEventsResponse } from "@tollbook/contracts/events/v1";
import { DomainError, invalidField } from "@tollbook/domain";
import type { Database } from "@tollbook/service";
import { fromProtoCursor, toProtoCursor, toProtoEvent } from "./convert.ts";
import { readPage } from "./read-page.ts";

/** A producer whose outbox others may read. */
export interface EventSource {
  /** `auth`, `metering`, `billing` or `notifier`. */
  readonly producer: string;
  readonly database: Database;
}

/**
 * A producer's outbox as its consumers read it: a client of `EventFeedService`, or `eventFeed`
 * itself in the same process.
 */
export interface EventFeed {
  listEvents(request: ListEventsRequest): Promise<ListEventsResponse>;
}

const PAGE_SIZE_DEFAULT = 500;
const PAGE_SIZE_MAX = 1_000;

/** More than any consumer listens for. */
const TYPES_MAX = 100;

/**
 * Reads the outboxes of these producers. Throws DomainError EVENT_PRODUCER_UNKNOWN for another
 * one, TOO_MANY_EVENT_TYPES, and EVENT_CURSOR_MALFORMED for a cursor that is none of ours.
 */
export function eventFeed(sources: readonly EventSource[]): EventFeed {
  const databases = new Map(sources.map(({ producer, database }) => [producer, database]));
  return {
    listEvents: async ({ producer, after, types, pageSize }) => {
      const database = databases.get(producer);
      if (database === undefined) throw producerUnknown(producer);
      if (types.length > TYPES_MAX) {
        throw invalidField("types", "TOO_MANY_EVENT_TYPES", `Name at most ${TYPES_MAX} types.`);
      }
      const limit = Math.min(pageSize || PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX);
      const page = await readPage(database, { after: fromProtoCursor(after), types, limit });
      return {
        events: page.events.map(toProtoEvent),
        next: toProtoCursor(page.next),
        caughtUp: page.caughtUp,
        resyncRequired: page.resyncRequired,
      };
    },
  };
}

function producerUnknown(producer: string): DomainError {
  const sentence = "This process serves the events of no such producer.";
  return new DomainError("not-found", "EVENT_PRODUCER_UNKNOWN", sentence, { producer });
}
