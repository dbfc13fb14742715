import { hourContaining, interval } from "@tollbook/domain";
import {
  type HoursDue,
  nextHour,
  noticeableUntil,
  sameHours,
  USUAL_WEEKS,
} from "../domain/usage-notice.ts";
import type { Needs, Store } from "./needs.ts";

const HOUR_MS = 3_600_000;

/** Accounts are found for which an hour may have ended; whose clock is not there yet waits. */
const SHORTEST_HOUR_MS = 30 * 60_000;

/**
 * Tells, hour by hour and once each, of customers who used to call and went silent, and of those
 * who call many times as much as usual at that hour. Accounts begin to be looked at when they are
 * first seen here: their past is no news.
 */
export async function noticeUsage(needs: Needs): Promise<void> {
  const { storage, clock, logger } = needs;
  const due = new Date(clock.now().getTime() - SHORTEST_HOUR_MS);
  for (const accountId of await storage.accountsToNotice(due)) {
    try {
      while (await storage.inAccount(accountId, (store) => noticeHour(store, needs)));
    } catch (err) {
      // One account in trouble must not keep the others from being looked at.
      logger.warn({ err, accountId }, "what is unusual in an account could not be looked for");
    }
  }
}

/** Looks at the next hour that ended; true if there may be more. */
async function noticeHour(store: Store, { clock, settings }: Needs): Promise<boolean> {
  const zone = await store.references.accountZone();
  if (zone === undefined) return false;
  const now = clock.now();
  const until = await store.notices.lock(noticeableUntil(now, zone));
  const due = nextHour(until, now, zone);
  if (due === undefined) return false;
  if (settings.silentAfterMs > 0) await noticeSilence(store, due, settings.silentAfterMs);
  if (settings.spikeFactor > 0) {
    await noticeSpikes(store, due, zone, {
      factor: settings.spikeFactor,
      callsMin: settings.spikeCallsMin,
    });
  }
  await store.notices.advance(due.hour.end);
  return true;
}

/** Each moment is once the moment that lies so long back, and so a last call is told once. */
async function noticeSilence(store: Store, { from, hour }: HoursDue, afterMs: number) {
  const ago = (time: Date) => new Date(time.getTime() - afterMs);
  for (const one of await store.notices.silent(interval(ago(from), ago(hour.end)), hour.end)) {
    store.announce({ kind: "usage-silent", ...one, hours: afterMs / HOUR_MS });
  }
}

async function noticeSpikes(
  store: Store,
  { hour }: HoursDue,
  zone: string,
  bounds: { readonly factor: number; readonly callsMin: number },
) {
  const spiked = await store.notices.spiked(hour, sameHours(hour, zone), bounds);
  if (spiked.length === 0) return;
  const before = hourContaining(new Date(hour.start.getTime() - 1), zone).start;
  const ids = spiked.map(({ customerId }) => customerId);
  const fresh = new Set(await store.notices.noteSpikes(ids, hour.start, before));
  for (const { customerId, calls, callsBefore } of spiked) {
    if (!fresh.has(customerId)) continue;
    const usualCalls = callsBefore / BigInt(USUAL_WEEKS);
    store.announce({ kind: "usage-spiked", customerId, hourStart: hour.start, calls, usualCalls });
  }
}
