import { type Clock, isId, newId, systemClock } from "@tollbook/domain";
import { currentTraceparent, type OutgoingEvent, type Tx } from "@tollbook/service";
import { producerOf } from "../bus/names.ts";

/** The largest payload, well below what NATS takes (1 MiB): news names things, it is no export. */
export const PAYLOAD_BYTES_MAX = 256 * 1024;

/** Events of one transaction; more is a loop gone wild, or a job for several transactions. */
export const EVENTS_PER_TRANSACTION_MAX = 10_000;

/** The channel a commit with events notifies, so that the relay need not wait for its poll. */
export const OUTBOX_CHANNEL = "tollbook_outbox";

/** Writes announced events into the outbox, inside the transaction that made them true. */
export type OutboxWriter = (tx: Tx, events: readonly OutgoingEvent[]) => Promise<void>;

/**
 * The `writeOutbox` of `openDatabase`: one statement for all events of a transaction, each with
 * the next number of its account. The number's row stays locked until the commit, which makes
 * numbers gapless and in commit order; so it is a transaction's last statement. `clock` is
 * business time. Throws on a payload or a count past its bound, and on what is no id or type of
 * ours: nothing is cut off, and nothing gets in that consumers would refuse.
 */
export function outboxWriter({ clock }: { clock: Clock }): OutboxWriter {
  return async (tx, events) => {
    if (events.length === 0) return;
    if (events.length > EVENTS_PER_TRANSACTION_MAX) {
      throw new Error(`${events.length} events in one transaction`);
    }
    const occurredTime = clock.now();
    const rows = events.map((event, position) => outboxRow(event, position, occurredTime));
    await tx.sql(WRITE, [JSON.stringify(rows), OUTBOX_CHANNEL]);
  };
}

/** `outboxWriter` by the wall clock, for a process in which business time never travels. */
export const writeOutbox: OutboxWriter = outboxWriter({ clock: systemClock });

function outboxRow(event: OutgoingEvent, position: number, occurredTime: Date) {
  producerOf(event.type); // throws if this is no event's name
  const eventId = event.eventId ?? newId();
  if (!isId(eventId) || !isId(event.accountId)) {
    throw new Error(`${event.type} has an event or account id that is no UUIDv7`);
  }
  if (event.payload.length > PAYLOAD_BYTES_MAX) {
    throw new Error(`${event.type} has a payload of ${event.payload.length} bytes`);
  }
  return {
    position,
    account_id: event.accountId,
    event_id: eventId,
    type: event.type,
    occurred_time: occurredTime,
    traceparent: currentTraceparent() ?? null,
    payload: Buffer.from(event.payload).toString("base64"),
  };
}

/** Accounts are locked in the order of their ids, so that two transactions cannot deadlock. */
const WRITE = `
  with told as (
    select * from json_to_recordset($1::json) as e(position integer, account_id uuid,
      event_id uuid, type text, occurred_time timestamptz, traceparent text, payload text)
  ), counts as (
    select account_id, count(*) as count from told group by account_id order by account_id
  ), counted as (
    insert into outbox_number as n (account_id, last_number)
    select account_id, count from counts order by account_id
    on conflict (account_id) do update set last_number = n.last_number + excluded.last_number
    returning n.account_id, n.last_number
  ), written as (
    insert into outbox
      (account_id, number, event_id, type, occurred_time, traceparent, payload)
    select account_id,
      counted.last_number - counts.count
        + row_number() over (partition by account_id order by told.position),
      event_id, type, occurred_time, traceparent, decode(payload, 'base64')
    from told join counts using (account_id) join counted using (account_id)
    order by told.position
  )
  select pg_notify($2::text, '')`;
