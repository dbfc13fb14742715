import type { Tx } from "@tollbook/service";
import type { HeardEvent } from "../event.ts";
import { EVENT_COLUMNS, type EventRow, eventOf } from "./event-row.ts";

/** Takes the oldest unpublished events that no other relay holds, as worker, until commit. */
export async function takeUnpublished(tx: Tx, limit: number): Promise<HeardEvent[]> {
  const rows = await tx.sql<EventRow>(
    `select ${EVENT_COLUMNS} from outbox where published_time is null
    order by xid, account_id, number limit $1::integer for update skip locked`,
    [limit],
  );
  return rows.map(eventOf);
}

/** Marks events that NATS has acknowledged. */
export async function markPublished(tx: Tx, events: readonly HeardEvent[]): Promise<void> {
  if (events.length === 0) return;
  await tx.sql(
    `update outbox o set published_time = now()
    from unnest($1::uuid[], $2::bigint[]) as p(account_id, number)
    where o.account_id = p.account_id and o.number = p.number`,
    [events.map((event) => event.accountId), events.map((event) => `${event.number}`)],
  );
}
