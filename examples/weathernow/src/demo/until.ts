import { setTimeout as sleep } from "node:timers/promises";

const everyMs = 100;

/** Asks again and again until there is an answer; after a bound, says what was waited for. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined | false>,
  withinMs = 60_000,
): Promise<T> {
  const giveUpAt = performance.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > giveUpAt) {
      throw new Error(`Waited ${withinMs / 1_000} s in vain until ${what}.`);
    }
    await sleep(everyMs);
  }
}
