import { foldDays } from "./fold-days.ts";
import type { Needs } from "./needs.ts";
import { noticeUsage } from "./notice-usage.ts";
import { reclaimStrandedLeases } from "./reclaim-stranded-leases.ts";
import type { Reconciler } from "./reconciler.ts";
import { strandExpiredLeases } from "./strand-expired-leases.ts";

/** Units of a vanished gate are shown as stranded within this. */
const STRAND_EVERY_MS = 1_000;
/** Partitions are made weeks ahead, so an hour is early enough. */
const TIDY_EVERY_MS = 3_600_000;

/** Days are folded hours after they were; a minute more is nothing. */
const FOLD_EVERY_MS = 60_000;

/** Hours are looked at minutes after they ended. */
const NOTICE_EVERY_MS = 60_000;

/** Whatever went wrong is loud within a minute. */
const PROVE_EVERY_MS = 30_000;

/** What metering does without being asked. */
export interface Upkeep {
  /** Resolves when nothing of it runs any more. */
  stop(): Promise<void>;
}

/**
 * Strands expired leases and reclaims them if told to, folds usage into days, notices what is
 * unusual, proves that sums agree, makes partitions ahead (also when business time travels) and
 * drops what is past its time. What fails is logged and
 * tried again at the next turn.
 */
export function startUpkeep(needs: Needs, reconciler: Reconciler): Upkeep {
  const { storage, clock, logger } = needs;
  const tidy = async () => {
    await storage.keepPartitions();
    while (await storage.dropOldCounters(clock.now()));
    await storage.dropOldCorrections();
    await storage.dropOldShares();
    while (await storage.forgetAnswers());
  };
  const every = (ms: number, work: () => Promise<unknown>, trouble: string) => {
    return repeat(ms, work, (err) => logger.warn({ err }, trouble));
  };
  const turns = [
    every(
      STRAND_EVERY_MS,
      () => strandExpiredLeases(needs),
      "expired leases could not be stranded",
    ),
    every(
      STRAND_EVERY_MS,
      () => reclaimStrandedLeases(needs),
      "units of vanished gates could not be reclaimed",
    ),
    every(
      FOLD_EVERY_MS,
      () => foldDays(needs),
      "accounts with usage to fold into days could not be found",
    ),
    every(
      NOTICE_EVERY_MS,
      () => noticeUsage(needs),
      "accounts to look at for what is unusual could not be found",
    ),
    every(
      PROVE_EVERY_MS,
      () => reconciler.turn(),
      "accounts whose sums are to be proved could not be found",
    ),
    every(TIDY_EVERY_MS, tidy, "partitions could not be kept"),
  ];
  const unfollow = clock.onTravel(() => {
    for (const turn of turns) turn.now();
  });
  return {
    stop: async () => {
      unfollow();
      await Promise.all(turns.map((turn) => turn.stop()));
    },
  };
}

/** Does work now and again, one turn at a time, until stopped. */
function repeat(everyMs: number, work: () => Promise<unknown>, onError: (err: unknown) => void) {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let running: Promise<void> = Promise.resolve();
  const turn = () => {
    clearTimeout(timer);
    running = running.then(async () => {
      if (stopped) return;
      await work().catch(onError);
      clearTimeout(timer);
      if (!stopped) timer = setTimeout(turn, everyMs);
    });
  };
  turn();
  return {
    now: turn,
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
