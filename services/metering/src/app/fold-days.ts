import { dayContaining, type Interval, interval, quarterHourStart } from "@tollbook/domain";
import type { Needs, Store } from "./needs.ts";

/** Folded in one transaction: nobody counts for the account meanwhile, so it must be short. */
const STEP_MS = 3 * 3_600_000;

/** Nothing was ever called before. */
const BEGINNING = new Date(0);

/**
 * Sums quarter hours that ended some time ago into day rollups, account by account, in order of
 * time. What comes later for them is added to both by ingest.
 */
export async function foldDays({ storage, clock, settings, logger }: Needs): Promise<void> {
  const end = quarterHourStart(new Date(clock.now().getTime() - settings.foldDelayMs));
  const due = new Date(end.getTime() - STEP_MS);
  for (const accountId of await storage.accountsToFold(due)) {
    try {
      while (await storage.inAccount(accountId, (store) => foldNext(store, end)));
    } catch (err) {
      // One account in trouble must not keep the others from being folded.
      logger.warn({ err, accountId }, "usage could not be folded into days");
    }
  }
}

/** Folds the next part of a day that has usage; true if there may be more to do. */
async function foldNext({ folds, references }: Store, end: Date): Promise<boolean> {
  const zone = await references.accountZone();
  if (zone === undefined) return false;
  const before = await folds.close();
  const isNew = before?.zone !== zone;
  const number = (before?.number ?? 0) + (isNew ? 1 : 0);
  const until = isNew ? BEGINNING : before.until;
  if (isNew) await folds.restart(zone, number);
  const first = await folds.firstBucket(until, end);
  if (first === undefined) {
    if (until.getTime() < end.getTime()) await folds.advance(end);
    return folds.dropOldDays(number);
  }
  const day = dayContaining(first, zone);
  const span = stepFrom(first, day, end);
  await folds.fold(day, span, number);
  await folds.advance(span.end);
  await folds.dropOldDays(number);
  return true;
}

/** Steps end with their day: a bucket belongs to one day. */
function stepFrom(first: Date, day: Interval, end: Date): Interval {
  const endMs = Math.min(first.getTime() + STEP_MS, day.end.getTime(), end.getTime());
  return interval(first, new Date(endMs));
}
