import {
  type EventFeedServiceServer,
  EventFeedServiceService,
  type ListEventsRequest,
  type ListEventsResponse,
} from "@tollbook/contracts/events/v1";
import { type Door, unary } from "@tollbook/service";
import { type EventSource, eventFeed } from "./event-feed.ts";

/**
 * `tollbook.events.v1.EventFeedService`, for other services only: the outboxes of every producer
 * in this process, at one door. Its errors are those of `eventFeed`.
 */
export function eventFeedDoor(sources: readonly EventSource[]): Door {
  const feed = eventFeed(sources);
  const implementation: Partial<EventFeedServiceServer> = {
    listEvents: unary<ListEventsRequest, ListEventsResponse>((request) => feed.listEvents(request)),
  };
  return {
    service: EventFeedServiceService,
    implementation,
    permissions: { ListEvents: { services: true } },
  };
}
