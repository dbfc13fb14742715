import { setTimeout as sleep } from "node:timers/promises";

export interface Patience {
  /** How long the wait may be; 5,000 ms unless told otherwise. */
  withinMs?: number;
  /** How long to rest between two looks; 20 ms unless told otherwise. */
  everyMs?: number;
}

/**
 * Looks again and again until the look neither throws nor answers `false` or `null`, and returns
 * its answer: `await eventually(() => assert.equal(count(), 3))`. A look made of assertions answers
 * nothing, so `undefined` is content. When time is up it throws what the last look threw, with the
 * time waited in the message; a look that hangs counts as one that failed.
 */
export async function eventually<T>(
  look: () => T | Promise<T>,
  { withinMs = 5_000, everyMs = 20 }: Patience = {},
): Promise<Exclude<T, false | null>> {
  const end = performance.now() + withinMs;
  for (;;) {
    const left = end - performance.now();
    const found = await attempt(look, Math.max(left, everyMs));
    if ("answer" in found) return found.answer;
    if (performance.now() >= end) throw late(found.error, withinMs);
    await sleep(everyMs);
  }
}

type Found<T> = { answer: Exclude<T, false | null> } | { error: unknown };

async function attempt<T>(look: () => T | Promise<T>, withinMs: number): Promise<Found<T>> {
  const stop = new AbortController();
  try {
    const tooLong = sleep(withinMs, undefined, { signal: stop.signal, ref: false }).then(() => {
      throw new Error("the look itself did not return");
    });
    // The loser of the race is nobody's concern any more.
    tooLong.catch(() => {});
    const answer = await Promise.race([(async () => look())(), tooLong]);
    if (answer === null || answer === false) return { error: new Error(`still ${answer}`) };
    return { answer: answer as Exclude<T, false | null> };
  } catch (error) {
    return { error };
  } finally {
    stop.abort();
  }
}

function late(error: unknown, withinMs: number): unknown {
  const words = `not within ${withinMs} ms: `;
  if (!(error instanceof Error)) return new Error(words + String(error), { cause: error });
  error.message = words + error.message;
  return error;
}
