import type { HeardEvent } from "../event.ts";

/** What `outbox` and `dead_letter` both hold of an event. */
export const EVENT_COLUMNS =
  "account_id, number, event_id, type, occurred_time, traceparent, payload";

/** A row of `EVENT_COLUMNS` as the driver gives it. */
export interface EventRow {
  readonly account_id: string;
  readonly number: string;
  readonly event_id: string;
  readonly type: string;
  readonly occurred_time: Date;
  readonly traceparent: string | null;
  readonly payload: Uint8Array;
}

/** The event a row holds. */
export function eventOf(row: EventRow): HeardEvent {
  const event = {
    id: row.event_id,
    type: row.type,
    accountId: row.account_id,
    number: BigInt(row.number),
    occurredTime: row.occurred_time,
    payload: row.payload,
  };
  return row.traceparent === null ? event : { ...event, traceparent: row.traceparent };
}
