import type { GateClock } from "./gate-clock.ts";

/**
 * Runs something when a wait has been long enough. If the process itself stood still for that
 * long, the answer may lie unread in its socket: one more turn of the event loop comes first, so
 * that nobody is refused for our own pause. Gives what cancels it.
 */
export function afterPatience(clock: GateClock, waitMs: number, run: () => void): () => void {
  let cancel = clock.after(waitMs, () => {
    cancel = clock.after(1, run);
  });
  return () => cancel();
}

/** Waits for something, but no longer than this; what comes later is nobody's business here. */
export async function noLongerThan(
  clock: GateClock,
  waitMs: number,
  something: Promise<unknown>,
): Promise<void> {
  await new Promise<void>((resolve) => {
    const cancel = clock.after(waitMs, resolve);
    const done = () => {
      cancel();
      resolve();
    };
    void something.then(done, done);
  });
}
