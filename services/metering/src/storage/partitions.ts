import type { Database, Tx } from "@tollbook/service";
import { sumBatches, sumRollups } from "./dropped-sums.ts";

/** How long what is stored by time is kept. */
export interface Retention {
  /** Single calls, in days of business time; 0: not at all. */
  readonly rawEventDays: number;
  /** Rollups, in whole months of business time; 0: for ever. */
  readonly rollupMonths: number;
}

/** Ids are told for so long; as in `keep_partitions`. */
const ID_DAYS = 36;
const WEEK_MS = 604_800_000;
/** A year's period is sealed, and sealed again for late usage, up to 70 days after its end. */
const MONTHS_MIN = 15;
/** A period that nobody has sealed two years after its end will never be. */
const UNSEALED_DAYS = 800;

/** See Storage.keepPartitions. Each step by itself: each takes locks that others wait for. */
export async function keepPartitions(
  database: Database,
  now: Date,
  { rawEventDays, rollupMonths }: Retention,
): Promise<void> {
  const days = [now, rawEventDays];
  await database.asWorker(async (tx) => {
    const wall = new Date();
    await sumBatches(tx, oldestWeek(wall));
    await tx.sql("select keep_partitions($1, $2)", [now, wall]);
    await tx.sql("select keep_foreign_partitions($1)", [wall]);
    await tx.sql("select keep_meter_partitions($1)", [now]);
  });
  await database.asWorker((tx) => tx.sql("select keep_event_partitions($1, $2)", days));
  await database.asWorker(async (tx) => {
    const oldest = rollupMonths === 0 ? null : await oldestNeeded(tx, now, rollupMonths);
    if (oldest !== null) await sumRollups(tx, oldest);
    await tx.sql("select keep_rollup_partitions($1, $2)", [now, oldest]);
  });
}

/** Where the oldest week begins that `keep_partitions` leaves. */
function oldestWeek(wall: Date): Date {
  const oldest = wall.getTime() - ID_DAYS * 24 * 3_600_000;
  return new Date(Math.floor(oldest / WEEK_MS) * WEEK_MS);
}

/** Usage older than this is past its time, and no period that it is in is still to be sealed. */
async function oldestNeeded(tx: Tx, now: Date, months: number): Promise<Date> {
  const text = `select least(
      (date_trunc('month', $1::timestamptz at time zone 'UTC') - make_interval(months => $2))
        at time zone 'UTC',
      (select min(period_start) from billing_period
        where seal_number = 0 and period_end > $1::timestamptz - make_interval(days => $3)))
    as oldest`;
  const [row] = await tx.sql<{ oldest: Date }>(text, [
    now,
    Math.max(months, MONTHS_MIN),
    UNSEALED_DAYS,
  ]);
  if (row === undefined) throw new Error("a select without a table gave no row");
  return row.oldest;
}
