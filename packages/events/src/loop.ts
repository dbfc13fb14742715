import { DomainError } from "@tollbook/domain";
import type { Logger } from "@tollbook/service";

/** Work that is done again and again, never twice at once. */
export interface Loop {
  /** Has the next turn begin now, or right after the one under way. */
  kick(): void;
  /** Resolves after a whole turn that began after this call, whether it went well or not. */
  turn(): Promise<void>;
  /** Begins no further turn; resolves when the one under way has ended. */
  stop(): Promise<void>;
}

/** What a loop does and how often. */
export interface LoopOptions {
  readonly name: string;
  /** Pause between two turns, unless the work answers another. */
  readonly everyMs: number;
  /** One turn. May answer the pause until the next, in milliseconds; watches `signal` to stop. */
  work(signal: AbortSignal): Promise<number | undefined>;
  readonly logger: Logger;
}

/** After a failed turn the pause starts here and doubles, up to the loop's own. */
const FIRST_RETRY_MS = 500;

/** Starts a loop with its first turn. A failed turn is logged, once a streak, and tried again. */
export function startLoop(options: LoopOptions): Loop {
  const stopping = new AbortController();
  const turn = turnOf(options, stopping.signal);
  let wake = () => {};
  let kicked = false;
  const waiting: (() => void)[] = [];

  const run = async () => {
    while (!stopping.signal.aborted) {
      kicked = false;
      const served = waiting.splice(0);
      const pause = await turn();
      for (const done of served) done();
      if (!kicked && !stopping.signal.aborted) await sleep(pause, (now) => (wake = now));
    }
    for (const done of waiting.splice(0)) done();
  };
  const running = run();

  const kick = () => {
    kicked = true;
    wake();
  };
  return {
    kick,
    turn: () =>
      new Promise((resolve) => {
        if (stopping.signal.aborted) return resolve();
        waiting.push(resolve);
        kick();
      }),
    stop: () => {
      stopping.abort();
      kick();
      return running;
    },
  };
}

/** One turn after the other; each answers the pause until the next. */
function turnOf({ name, everyMs, work, logger }: LoopOptions, stopping: AbortSignal) {
  let failures = 0;
  return async (): Promise<number> => {
    try {
      const pause = await work(stopping);
      if (failures > 0) logger.info({ loop: name, failures }, "goes on again");
      failures = 0;
      return pause ?? everyMs;
    } catch (err) {
      if (!stopping.aborted) note(logger, name, err, failures);
      return Math.min(everyMs, FIRST_RETRY_MS * 2 ** Math.min(failures++, 10));
    }
  };
}

/** What is away is named without a stack trace: the code is not at fault, and it comes back. */
function note(logger: Logger, loop: string, err: unknown, failures: number): void {
  const level = failures === 0 ? "warn" : "debug";
  if (err instanceof DomainError && err.kind === "unavailable") {
    logger[level]({ loop, reason: err.reason }, `waits: ${err.message}`);
  } else {
    logger[level]({ err, loop }, "failed; tried again");
  }
}

function sleep(ms: number, wakeable: (wake: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    wakeable(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
