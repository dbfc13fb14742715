const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;

/** Pauses after the first, second, … attempt; the last one repeats. */
const pausesMs: readonly number[] = [
  5 * secondMs,
  15 * secondMs,
  minuteMs,
  5 * minuteMs,
  15 * minuteMs,
];

/** A mail server that is away over a long weekend loses no invoice; RFC 5321 asks for days. */
export const giveUpAfterMs = 96 * hourMs;

/** Elapsed time until the next attempt, after `attempts` of them (from 1). */
export function pauseAfter(attempts: number): number {
  const last = pausesMs.length - 1;
  return pausesMs[Math.min(Math.max(attempts - 1, 0), last)] as number;
}

/** Far more than four days of pauses hold: only a mail that ends its process gets there. */
export const attemptsMax = 1_000;

/** Whether another attempt may be made, `waitedMs` after it was first put into the queue. */
export function mayTryAgain(waitedMs: number): boolean {
  return waitedMs < giveUpAfterMs;
}
