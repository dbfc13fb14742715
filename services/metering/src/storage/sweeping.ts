import type { Window } from "@tollbook/domain";
import type { Database } from "@tollbook/service";
import { SHORT_COUNTERS_MS } from "../domain/counter.ts";

/** Counters handled in one turn; the next turn takes the rest. */
const TURN_MAX = 1_000;

/** Longer windows' counters are kept for as long as their usage may still come. */
const LONG_COUNTERS_MS = 36 * 24 * 3_600_000;

const TO_STRAND = `stranded_time is null and expire_time <= now()
  and granted_total - returned_total - released_total - reclaimed > 0`;

/**
 * Leases that are due for a look and have nothing to strand are looked at again when they end, if
 * they do. One that somebody works on waits for the next turn.
 */
export const PUT_OFF = `with live as (
    select account_id, counter_id, gate_id from lease
    where look_time <= now() and not (${TO_STRAND}) limit ${TURN_MAX} for update skip locked
  )
  update lease l set look_time = case when l.expire_time > now() then l.expire_time end
  from live where l.account_id = live.account_id and l.counter_id = live.counter_id
    and l.gate_id = live.gate_id`;

export const DUE = `select account_id, counter_id from lease
  where look_time <= now() and ${TO_STRAND} order by look_time limit ${TURN_MAX}`;

/** See Storage.countersWithExpiredLeases. */
export async function countersWithExpiredLeases(database: Database) {
  const due = await database.asWorker(async (tx) => {
    await tx.sql(PUT_OFF);
    return tx.sql<{ account_id: string; counter_id: string }>(DUE);
  });
  const rows = new Map(due.map((row) => [`${row.account_id} ${row.counter_id}`, row])).values();
  return [...rows].map((row) => ({ accountId: row.account_id, counterId: row.counter_id }));
}

/** See Storage.strandedUnits. */
export async function strandedUnits(database: Database, now: Date): Promise<bigint> {
  const text = `select coalesce(sum(stranded), 0) as units from counter
    where stranded > 0 and window_end > $1`;
  const rows = await database.asWorker((tx) => tx.sql<{ units: string }>(text, [now]));
  return BigInt(rows[0]?.units ?? 0);
}

interface CounterKeyRow {
  account_id: string;
  counter_id: string;
  customer_id: string;
  subject_id: string;
  meter_id: string;
  window_name: Window;
  window_start: Date;
  window_end: Date;
  test: boolean;
}

/** See Storage.countersToReclaim. */
export async function countersToReclaim(database: Database, expiredSinceMs: number, now: Date) {
  const text = `select c.account_id, c.counter_id, c.customer_id, c.subject_id, c.meter_id,
      c.window_name, c.window_start, c.window_end, c.test
    from counter c where c.stranded > 0 and c.window_end > $2 and exists (
      select from lease l where l.account_id = c.account_id and l.counter_id = c.counter_id
        and l.expire_time <= now() - $1 * interval '1 ms'
        and l.granted_total - l.returned_total - l.released_total - l.reclaimed > 0
    ) order by c.account_id, c.counter_id limit ${TURN_MAX}`;
  const params = [expiredSinceMs, now];
  const rows = await database.asWorker((tx) => tx.sql<CounterKeyRow>(text, params));
  return rows.map((row) => ({
    accountId: row.account_id,
    counter: {
      ...{ counterId: row.counter_id, customerId: row.customer_id, subjectId: row.subject_id },
      ...{ meterId: row.meter_id, window: row.window_name, test: row.test },
      span: { start: row.window_start, end: row.window_end },
    },
  }));
}

/** See Storage.dropOldCounters. */
export async function dropOldCounters(database: Database, now: Date): Promise<boolean> {
  const ago = (ms: number) => new Date(now.getTime() - ms);
  const text = `with old as (
      select account_id, counter_id from counter
      where window_end < $1 and (window_end < $2 or window_name in ('minute', 'hour'))
      order by window_end limit ${TURN_MAX}
    ), leases as (
      delete from lease l using old
      where l.account_id = old.account_id and l.counter_id = old.counter_id
    ), thresholds as (
      delete from threshold_crossed t using old
      where t.account_id = old.account_id and t.counter_id = old.counter_id
    )
    delete from counter c using old
    where c.account_id = old.account_id and c.counter_id = old.counter_id returning 1`;
  const params = [ago(SHORT_COUNTERS_MS), ago(LONG_COUNTERS_MS)];
  const dropped = await database.asWorker((tx) => tx.sql(text, params));
  return dropped.length === TURN_MAX;
}

/** See Storage.accountsToFold. */
export async function accountsToFold(database: Database, until: Date): Promise<string[]> {
  const text = `select a.account_id from account a
    left join account_fence f on f.account_id = a.account_id
    where f.folded_until is null or f.folded_until <= $1 or f.day_zone is distinct from a.time_zone
    order by f.folded_until nulls first limit ${TURN_MAX}`;
  const rows = await database.asWorker((tx) => tx.sql<{ account_id: string }>(text, [until]));
  return rows.map((row) => row.account_id);
}

/** See Storage.accountsToNotice. */
export async function accountsToNotice(database: Database, until: Date): Promise<string[]> {
  const text = `select a.account_id from account a left join usage_notice n using (account_id)
    where n.noticed_until is null or n.noticed_until <= $1
    order by n.noticed_until nulls first limit ${TURN_MAX}`;
  const rows = await database.asWorker((tx) => tx.sql<{ account_id: string }>(text, [until]));
  return rows.map((row) => row.account_id);
}

/** See Storage.dropOldCorrections. What they speak of was made before them, and is as old. */
export async function dropOldCorrections(database: Database): Promise<void> {
  const old = "corrected_time < now() - interval '36 days'";
  await database.asWorker(async (tx) => {
    await tx.sql(`delete from corrected_event where ${old}`);
    await tx.sql(`delete from corrected_cell where ${old}`);
  });
}

/** A bucket that nobody took from for so long is full, as a new one is. */
const BUCKET_KEPT = "40 days";
/** Shares last two seconds; the row remembers whose turn it is for a while. */
const SHARE_KEPT = "10 minutes";

/** See Storage.dropOldShares. */
export async function dropOldShares(database: Database): Promise<void> {
  const before = (kept: string) => {
    return `(extract(epoch from now() - interval '${kept}') * 1000000)::bigint`;
  };
  await database.asWorker(async (tx) => {
    await tx.sql(`delete from rate_share where expires_us < ${before(SHARE_KEPT)}`);
    await tx.sql(`delete from rate_bucket where level_us < ${before(BUCKET_KEPT)}`);
  });
}

/** See Storage.accountsToProve. */
export async function accountsToProve(database: Database, count: number): Promise<string[]> {
  const text = `select a.account_id from account a left join reconciliation p using (account_id)
    order by p.proved_time nulls first, a.account_id limit $1`;
  const rows = await database.asWorker((tx) => tx.sql<{ account_id: string }>(text, [count]));
  return rows.map((row) => row.account_id);
}
