import type { Database, Tx } from "@tollbook/service";
import type { HeardEvent } from "../event.ts";
import { EVENT_COLUMNS, type EventRow, eventOf } from "../outbox/event-row.ts";

/** Pauses between the attempts at one event; the attempt after the last pause is the last. */
export const RETRY_AFTER_MS: readonly number[] = [
  1_000, 2_000, 5_000, 15_000, 60_000, 300_000, 900_000,
];

/** How long a dead event waits for a person before it is dropped with its row. */
export const DEAD_KEPT_DAYS = 90;

/** Events tried again in one turn, and rows of one delete. */
const BATCH = 100;

/** A claimed event belongs to its claimer so long; if that one dies, another takes it up. */
const CLAIM_MS = 30_000;

const ERROR_CHARACTERS_MAX = 2_000;

/**
 * Sets an event aside whose handler failed, to be tried again after the next pause, or for good
 * after the last. From here on the database keeps it: NATS may be told it is settled. Answers
 * whether it is dead now.
 */
export async function setAside(
  tx: Tx,
  consumer: string,
  event: HeardEvent,
  error: unknown,
  retryAfterMs: readonly number[],
): Promise<boolean> {
  const [row] = await tx.sql<{ dead: boolean }>(SET_ASIDE, [
    consumer,
    event.accountId,
    `${event.number}`,
    event.id,
    event.type,
    event.occurredTime,
    event.traceparent ?? null,
    Buffer.from(event.payload),
    sentenceOf(error),
    retryAfterMs,
  ]);
  return row?.dead === true;
}

const SET_ASIDE = `
  insert into dead_letter as d (consumer, ${EVENT_COLUMNS}, attempts, last_error, failed_time,
    next_attempt_time, dead_time)
  values ($1::text, $2::uuid, $3::bigint, $4::uuid, $5::text, $6::timestamptz, $7::text,
    $8::bytea, 1, $9::text, now(),
    now() + coalesce(($10::float8[])[1], 0) * interval '1 millisecond',
    case when cardinality($10::float8[]) = 0 then now() end)
  on conflict (account_id, consumer, event_id) do update set
    attempts = d.attempts + 1, last_error = excluded.last_error, failed_time = now(),
    next_attempt_time =
      now() + coalesce(($10::float8[])[d.attempts + 1], 0) * interval '1 millisecond',
    dead_time = case when d.attempts >= cardinality($10::float8[]) then now() end
  returning dead_time is not null as dead`;

function sentenceOf(error: unknown): string {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return text.replaceAll("\0", "").slice(0, ERROR_CHARACTERS_MAX);
}

/** Claims events whose next attempt is due, as worker; other processes pass over them. */
export async function claimDue(database: Database, consumer: string): Promise<HeardEvent[]> {
  const rows = await database.asWorker((tx) =>
    tx.sql<EventRow>(CLAIM, [consumer, CLAIM_MS, BATCH]),
  );
  return rows.map(eventOf);
}

const CLAIM = `
  update dead_letter set next_attempt_time = now() + $2::integer * interval '1 millisecond'
  where (account_id, consumer, event_id) in (
    select account_id, consumer, event_id from dead_letter
    where consumer = $1::text and dead_time is null and next_attempt_time <= now()
    order by next_attempt_time limit $3::integer for update skip locked
  )
  returning ${EVENT_COLUMNS}`;

/** Forgets an event that has had its effect, in the transaction of the effect. */
export async function settleAside(tx: Tx, consumer: string, event: HeardEvent): Promise<void> {
  await tx.sql(
    `delete from dead_letter
    where account_id = $1::uuid and consumer = $2::text and event_id = $3::uuid`,
    [event.accountId, consumer, event.id],
  );
}

/**
 * Has every dead event of a type tried again from the first attempt: what a person does after
 * mending a handler. Answers how many.
 */
export async function reviveDeadLetters(
  database: Database,
  consumer: string,
  type: string,
): Promise<number> {
  const revived = await database.asWorker((tx) =>
    tx.sql(
      `update dead_letter set dead_time = null, attempts = 0, next_attempt_time = now()
      where consumer = $1::text and type = $2::text and dead_time is not null returning 1`,
      [consumer, type],
    ),
  );
  return revived.length;
}

/** Deletes a bounded batch of dead events past their time. Answers whether more may wait. */
export async function trimDeadLetters(database: Database): Promise<boolean> {
  const trimmed = await database.asWorker((tx) =>
    tx.sql(
      `delete from dead_letter where (account_id, consumer, event_id) in (
        select account_id, consumer, event_id from dead_letter
        where dead_time < now() - make_interval(days => $1::integer)
        order by dead_time limit $2::integer)
      returning 1`,
      [DEAD_KEPT_DAYS, BATCH],
    ),
  );
  return trimmed.length === BATCH;
}
