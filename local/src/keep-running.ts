import { setTimeout as sleep } from "node:timers/promises";

/** What startPostgres, startNats and startServiceProcess give. */
interface Server {
  port: number;
  ended: Promise<string>;
  stop(): Promise<void>;
  kill(): Promise<void>;
}

const firstPauseMs = 100;
const lastPauseMs = 5_000;
/** One that ran this long was well: its end is a new trouble, not the old one. */
const steadyMs = 30_000;

/**
 * Starts a server, and starts it again on the same port when it ends unasked; what uses it
 * reconnects by itself. Throws if the first start fails.
 */
export async function keepRunning<S extends Server>(
  name: string,
  start: (port: number | undefined) => Promise<S>,
  say: (line: string) => void,
): Promise<S> {
  const first = await start(undefined);
  const stopping = new AbortController();
  const { signal } = stopping;
  let running: S | undefined = first;
  const startAgain = async (): Promise<S | undefined> => {
    try {
      return await start(first.port);
    } catch (error) {
      say(`${name} did not start: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  };
  const watch = async (): Promise<void> => {
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, lastPauseMs)) {
      const began = performance.now();
      const how = await running?.ended;
      if (signal.aborted) return;
      if (how !== undefined) say(`${name} ended (${how}); starting it again`);
      if (performance.now() - began > steadyMs) pauseMs = firstPauseMs;
      running = undefined;
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      running = await startAgain();
      // It was asked to stop while it was on its way.
      if (signal.aborted) return running?.stop();
    }
  };
  const watching = watch();
  return {
    ...first,
    stop: async () => {
      stopping.abort();
      // A server's end alone does not keep this process alive until it is noticed.
      const alive = setInterval(() => {}, lastPauseMs);
      await running?.stop();
      await watching;
      clearInterval(alive);
    },
    kill: async () => {
      stopping.abort();
      await running?.kill();
    },
  };
}
