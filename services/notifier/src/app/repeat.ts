import type { Logger } from "@tollbook/service";

/** Work that is done again and again, never twice at once. */
export interface Repeated {
  /** Has the next turn begin now, or right after the one under way. */
  kick(): void;
  /** Begins no further turn; resolves when the one under way has ended. */
  stop(): Promise<void>;
}

export interface RepeatOptions {
  name: string;
  /** Pause between two turns, in elapsed time. */
  everyMs: number;
  logger: Logger;
}

/** Starts with a first turn. A turn that fails is logged, once a streak, and followed by the next. */
export function repeat(
  { name, everyMs, logger }: RepeatOptions,
  work: () => Promise<void>,
): Repeated {
  const state = { stopped: false, kicked: false, failing: false, wake: () => {} };
  const turn = async () => {
    try {
      await work();
      state.failing = false;
    } catch (err) {
      if (!state.failing && !state.stopped) logger.warn({ err, name }, "failed; goes on trying");
      state.failing = true;
    }
  };
  const pause = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, everyMs);
      state.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const run = async () => {
    while (!state.stopped) {
      state.kicked = false;
      await turn();
      if (!state.kicked && !state.stopped) await pause();
    }
  };
  const running = run();
  const kick = () => {
    state.kicked = true;
    state.wake();
  };
  const stop = () => {
    state.stopped = true;
    kick();
    return running;
  };
  return { kick, stop };
}
