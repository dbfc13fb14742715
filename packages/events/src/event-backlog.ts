import type { Database } from "@tollbook/service";

/** What of a service's news is not where it should be: gauges, and a page of the operator's. */
export interface EventBacklog {
  /** Told and not yet with NATS; consumers still hear of it within a minute. */
  readonly unpublished: number;
  /** How long the oldest of them has waited, in seconds; 0 if there is none. */
  readonly oldestUnpublishedSeconds: number;
  /** Heard, failed, to be tried again. */
  readonly retrying: number;
  /** Heard and given up: a person must look at `dead_letter`. */
  readonly dead: number;
}

/** Counting stops here: past it the number says no more than "too many". */
const COUNT_MAX = 10_000;

/** Looks at the service's outbox and dead letters, as worker. */
export async function eventBacklog(database: Database): Promise<EventBacklog> {
  const [row] = await database.asWorker((tx) => tx.sql<EventBacklogRow>(BACKLOG, [COUNT_MAX]));
  return {
    unpublished: row?.unpublished ?? 0,
    oldestUnpublishedSeconds: row?.oldest_unpublished_seconds ?? 0,
    retrying: row?.retrying ?? 0,
    dead: row?.dead ?? 0,
  };
}

interface EventBacklogRow {
  readonly unpublished: number;
  readonly oldest_unpublished_seconds: number;
  readonly retrying: number;
  readonly dead: number;
}

const BACKLOG = `
  with waiting as (
    select written_time from outbox where published_time is null
    order by xid, account_id, number limit $1::integer
  )
  select (select count(*)::integer from waiting) as unpublished,
    (select coalesce(extract(epoch from now() - min(written_time)), 0)::float8 from waiting)
      as oldest_unpublished_seconds,
    (select count(*)::integer from (
      select from dead_letter where dead_time is null limit $1::integer) due) as retrying,
    (select count(*)::integer from (
      select from dead_letter where dead_time is not null limit $1::integer) dead) as dead`;
