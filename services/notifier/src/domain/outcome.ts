import { attemptsMax, mayTryAgain, pauseAfter } from "./retry-schedule.ts";

/** What the mail server said. The answer is one line, fit for the account's owner. */
export type SendOutcome =
  /** 250: it is the mail server's now. */
  | { kind: "taken"; answer: string }
  /** 5xx: it will not take this one, ever. */
  | { kind: "refused"; answer: string }
  /** 4xx, or trouble on the way: perhaps later. */
  | { kind: "later"; answer: string }
  /** Not tried: the mail server is known to be away. */
  | { kind: "away"; answer: string };

/** What becomes of a delivery after an attempt. */
export type Settled =
  | { state: "sent"; answer: string; sentTime: Date }
  | { state: "failed"; answer: string }
  /** `counted: false`: it was not even tried, so this was no attempt. */
  | { state: "pending"; answer: string; pauseMs: number; counted: boolean };

/** How often it was tried, this time included, and how long ago it was put into the queue. */
export interface Tries {
  attempts: number;
  waitedMs: number;
}

/** While the mail server is away there is no use in looking more often. */
const awayPauseMs = 5_000;

/** Decides what an outcome means for a delivery. `now` is business time. */
export function settle(outcome: SendOutcome, { attempts, waitedMs }: Tries, now: Date): Settled {
  const { answer } = outcome;
  if (outcome.kind === "taken") return { state: "sent", answer, sentTime: now };
  if (outcome.kind === "refused") return { state: "failed", answer };
  if (!mayTryAgain(waitedMs) || attempts >= attemptsMax) {
    return { state: "failed", answer: `Given up after ${attempts} attempts. ${answer}` };
  }
  if (outcome.kind === "away") {
    return { state: "pending", answer, pauseMs: awayPauseMs, counted: false };
  }
  return { state: "pending", answer, pauseMs: pauseAfter(attempts), counted: true };
}
