import type { Cursor, Event } from "@tollbook/contracts/events/v1";
import { invalidField, isId } from "@tollbook/domain";
import type { HeardEvent } from "../event.ts";
import type { Place } from "./read-page.ts";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const NUMBER_MAX = 2n ** 63n - 1n;

/** The place a cursor names; refuses one we cannot have given out. */
export function fromProtoCursor(cursor: Cursor | undefined): Place | undefined {
  if (cursor === undefined) return undefined;
  const { epoch, transactionId: xid, accountId, number } = cursor;
  if (!UUID.test(accountId) || number > NUMBER_MAX) {
    const sentence = "Send a cursor as this feed gave it, or none.";
    throw invalidField("after", "EVENT_CURSOR_MALFORMED", sentence);
  }
  return { epoch, xid, accountId, number };
}

/** A place as a cursor. */
export function toProtoCursor({ epoch, xid, accountId, number }: Place): Cursor {
  return { epoch, transactionId: xid, accountId, number };
}

/** An event as the feed sends it. */
export function toProtoEvent(event: HeardEvent): Event {
  const { id: eventId, type, accountId, number, occurredTime, traceparent = "" } = event;
  const payload = Buffer.from(event.payload);
  return { eventId, type, accountId, number, occurredTime, traceparent, payload };
}

/** An event as the feed sent it. Throws if it is none: the producer is broken. */
export function fromProtoEvent(event: Event): HeardEvent {
  const { eventId: id, type, accountId, number, occurredTime, payload, traceparent } = event;
  if (!isId(id) || !isId(accountId) || occurredTime === undefined) {
    throw new Error(`a feed sent something that is no event: ${type} ${id}`);
  }
  const heard = { id, type, accountId, number, occurredTime, payload };
  return traceparent === "" ? heard : { ...heard, traceparent };
}
