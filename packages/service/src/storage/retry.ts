import { setTimeout as delay } from "node:timers/promises";
import { asksToRunAgain, storageError } from "./storage-error.ts";

/** Deadlocks are rare under the fixed lock order: four tries mean something else is wrong. */
const triesMax = 4;
/** The first wait; doubled each time, and spread so that two rivals do not meet again. */
const firstWaitMs = 10;

/** Runs a whole transaction again when PostgreSQL asks for it (40001, 40P01): four tries. */
export async function retrying<T>(run: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await run();
    } catch (error) {
      if (!asksToRunAgain(error) || tries === triesMax) throw storageError(error);
      await delay(firstWaitMs * 2 ** (tries - 1) * (0.5 + Math.random()));
    }
  }
}
