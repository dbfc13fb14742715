import { DomainError } from "@tollbook/domain";
import type { BillingRun } from "../domain/billing-run.ts";
import { billChunk } from "./bill-chunk.ts";
import type { Needs, PeriodToBill } from "./needs.ts";
import { turnPeriods } from "./turn-periods.ts";

/** Periods that are sealed in one call and billed in one transaction. */
const CHUNK = 500;

/**
 * Nobody else takes periods that are being worked on, for this long; then whoever held them is
 * taken for dead. Longer than sealing and storing a chunk may take.
 */
const HOLD_MS = 45_000;

/**
 * Bills every period of an account that is over and past its seal delay, chunk by chunk. Safe to
 * run any number of times at once, and to be killed anywhere: what is billed is in one
 * transaction with its period's row. What cannot be billed now is held back, and this ends, so
 * that a metering that is away is asked once and not for every chunk.
 */
export const billAccount =
  (needs: Needs) =>
  async (accountId: string): Promise<"billed" | "held back"> => {
    await turnAll(needs, accountId);
    const run = await openRun(needs, accountId);
    if (run === undefined) return "billed";
    for (;;) {
      const chunk = await claim(needs, accountId);
      if (chunk.length === 0) break;
      const problem = await billOrHoldBack(needs, accountId, run.billingRunId, chunk);
      if (problem === undefined) continue;
      await noteProblem(needs, accountId, run.billingRunId, problem);
      return "held back";
    }
    await finishRun(needs, accountId, run.billingRunId);
    return "billed";
  };

/** Turns all that is due, so that every period that is over has its row. */
export async function turnAll(needs: Needs, accountId: string): Promise<void> {
  while ((await turnPeriods(needs)(accountId)).more);
}

/** Periods that ended by then can be sealed now. */
export function endedBy({ clock, sealDelayMs }: Needs): Date {
  return new Date(clock.now().getTime() - sealDelayMs);
}

function openRun(needs: Needs, accountId: string): Promise<BillingRun | undefined> {
  return needs.database.inAccount(accountId, async (tx) => {
    const due = await needs.periods.countDue(tx, endedBy(needs));
    return due === 0 ? undefined : needs.runs.open(tx, due, needs.clock.now());
  });
}

function claim(needs: Needs, accountId: string): Promise<PeriodToBill[]> {
  const wanted = { endedBy: endedBy(needs), limit: CHUNK, holdMs: HOLD_MS };
  return needs.database.inAccount(accountId, (tx) => needs.periods.claimDue(tx, wanted));
}

/** What went wrong, in words for the run; undefined if all went well. */
async function billOrHoldBack(
  needs: Needs,
  accountId: string,
  billingRunId: string,
  chunk: readonly PeriodToBill[],
): Promise<string | undefined> {
  try {
    const failures = await billChunk(needs, { accountId, billingRunId, chunk });
    if (failures.length === 0) return undefined;
    await holdBack(
      needs,
      accountId,
      failures.map(({ period }) => period),
    );
    return problemOf(needs, failures[0]?.error);
  } catch (error) {
    await holdBack(needs, accountId, chunk);
    return problemOf(needs, error);
  }
}

function holdBack(needs: Needs, accountId: string, chunk: readonly PeriodToBill[]): Promise<void> {
  return needs.database.inAccount(accountId, (tx) => needs.periods.holdBack(tx, chunk));
}

/** A DomainError's sentence may be shown; anything else is logged. */
function problemOf({ logger }: Needs, error: unknown): string {
  logger.warn({ err: error }, "periods could not be billed and will be tried again");
  return error instanceof DomainError ? error.message : "Something unexpected; it is in the log.";
}

function noteProblem(needs: Needs, accountId: string, runId: string, problem: string) {
  return needs.database.inAccount(accountId, (tx) => needs.runs.incomplete(tx, runId, problem));
}

/** Done if nothing is left; otherwise others are at it, or it is tried again later. */
function finishRun(needs: Needs, accountId: string, billingRunId: string): Promise<void> {
  return needs.database.inAccount(accountId, async (tx) => {
    const left = await needs.periods.countDue(tx, endedBy(needs));
    if (left === 0) await needs.runs.done(tx, billingRunId, needs.clock.now());
  });
}
