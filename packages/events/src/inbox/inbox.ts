import type { Database, Tx } from "@tollbook/service";
import type { HeardEvent } from "../event.ts";

/** How long an id is remembered: 5 days longer than the row it came from can be heard again. */
export const INBOX_KEPT_DAYS = 40;

/** Rows of one delete: some milliseconds of locks. */
const TRIM_BATCH = 1_000;

/**
 * Takes the event's id, in the transaction of its effect. False if it was taken before: there is
 * nothing left to do. If another transaction is just taking it, this waits for its outcome.
 */
export async function takeIn(tx: Tx, consumer: string, event: HeardEvent): Promise<boolean> {
  const taken = await tx.sql(
    `insert into inbox (account_id, consumer, event_id) values ($1::uuid, $2::text, $3::uuid)
    on conflict do nothing returning 1`,
    [event.accountId, consumer, event.id],
  );
  return taken.length > 0;
}

/**
 * Those of `events` the consumer has neither heard nor set aside to try again, in one look as
 * worker; what it misses by a hair `takeIn` finds.
 */
export async function unheard(
  database: Database,
  consumer: string,
  events: readonly HeardEvent[],
): Promise<HeardEvent[]> {
  if (events.length === 0) return [];
  const known = await database.asWorker((tx) =>
    tx.sql<{ event_id: string }>(KNOWN, [
      consumer,
      events.map((event) => event.accountId),
      events.map((event) => event.id),
    ]),
  );
  const knownIds = new Set(known.map((row) => row.event_id));
  return events.filter((event) => !knownIds.has(event.id));
}

const KNOWN = `
  with asked as (select * from unnest($2::uuid[], $3::uuid[]) as a(account_id, event_id))
  select event_id from asked join inbox using (account_id, event_id) where consumer = $1::text
  union all
  select event_id from asked join dead_letter using (account_id, event_id)
  where consumer = $1::text`;

/** Deletes a bounded batch of ids past their time, as worker. Answers whether more may wait. */
export async function trimInbox(database: Database): Promise<boolean> {
  const trimmed = await database.asWorker((tx) => tx.sql(TRIM, [INBOX_KEPT_DAYS, TRIM_BATCH]));
  return trimmed.length === TRIM_BATCH;
}

const TRIM = `
  delete from inbox i using (
    select account_id, consumer, event_id from inbox
    where heard_time < now() - make_interval(days => $1::integer)
    order by heard_time limit $2::integer
  ) expired
  where i.account_id = expired.account_id and i.consumer = expired.consumer
    and i.event_id = expired.event_id
  returning 1`;
