import { setTimeout as delay } from "node:timers/promises";
import { unreachable } from "./storage-error.ts";

/** Work under way on a database, so that closing waits for what has begun and refuses the rest. */
export class OpenWork {
  readonly #running = new Set<Promise<unknown>>();
  #closed = false;

  /** Runs `work`; throws STORAGE_UNAVAILABLE once `close` was called. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) throw unreachable(new Error("this process has closed its database"));
    const running = work();
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  /** Refuses new work and returns when the last has ended, or after `withinMs`. */
  async close(withinMs: number): Promise<void> {
    this.#closed = true;
    const stop = new AbortController();
    const late = delay(withinMs, undefined, { signal: stop.signal }).catch(() => undefined);
    await Promise.race([Promise.allSettled(this.#running), late]);
    stop.abort();
  }
}
