import { billAccount, endedBy, turnAll } from "./bill-account.ts";
import type { Needs } from "./needs.ts";

/** Turns periods and bills them when their time has come, for all accounts. */
export interface Scheduler {
  /** Looks now, instead of within a second. */
  kick(): void;
  /** Resolves when what is under way has ended. */
  stop(): Promise<void>;
}

const EVERY_MS = 1_000;

/** When the database is away, looking each second only fills the log. */
const AFTER_FAILURE_MS = 5_000;

/** Answers to requests are kept for weeks; minutes more do not matter. */
const FORGET_EVERY_MS = 10 * 60_000;

/** Accounts of one look; the rest are found by the next, which follows at once. */
const ACCOUNTS_MAX = 100;

/**
 * Compares due dates with business time each second, and whenever that travels. Any number of
 * processes may do so: what one holds is passed over by the others.
 */
export function startScheduler(needs: Needs): Scheduler {
  let stopped = false;
  let wake = () => {};
  let kicked = false;
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, kicked ? 0 : ms);
      kicked = false;
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const kick = () => {
    kicked = true;
    wake();
  };
  const ended = (async () => {
    while (!stopped) {
      const waitMs = await look(needs, () => stopped);
      if (!stopped) await pause(waitMs);
    }
  })();
  const unfollow = needs.clock.onTravel(kick);
  const forgetting = setInterval(() => void forget(needs), FORGET_EVERY_MS);
  return {
    kick,
    stop: async () => {
      unfollow();
      clearInterval(forgetting);
      stopped = true;
      kick();
      await ended;
    },
  };
}

async function forget({ forgetAnswers, logger }: Needs): Promise<void> {
  try {
    await forgetAnswers();
  } catch (err) {
    logger.warn({ err }, "old answers could not be forgotten");
  }
}

/** One look over all accounts; gives how long to wait for the next. */
async function look(needs: Needs, isStopped: () => boolean): Promise<number> {
  try {
    let heldBack = false;
    const toTurn = await needs.subscriptions.accountsDueForTurn(needs.clock.now(), ACCOUNTS_MAX);
    for (const accountId of toTurn) {
      if (isStopped()) return 0;
      if (!(await succeeds(needs, accountId, () => turnAll(needs, accountId)))) heldBack = true;
    }
    const toBill = await needs.periods.accountsDue(endedBy(needs), ACCOUNTS_MAX);
    for (const accountId of toBill) {
      if (isStopped()) return 0;
      const bill = async () => (await billAccount(needs)(accountId)) === "billed";
      if (!(await succeeds(needs, accountId, bill))) heldBack = true;
    }
    const mayBeMore = Math.max(toTurn.length, toBill.length) === ACCOUNTS_MAX && !heldBack;
    return mayBeMore ? 0 : EVERY_MS;
  } catch (err) {
    needs.logger.warn({ err }, "the billing scheduler could not do its work");
    return AFTER_FAILURE_MS;
  }
}

/** One account's trouble is not the others'. */
async function succeeds(
  { logger }: Needs,
  accountId: string,
  work: () => Promise<unknown>,
): Promise<boolean> {
  try {
    return (await work()) !== false;
  } catch (err) {
    logger.warn({ err, accountId }, "an account's periods could not be turned or billed");
    return false;
  }
}
