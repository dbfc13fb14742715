import { setTimeout as sleep } from "node:timers/promises";

/** What startPostgres and startNats give. */
interface Server {
  port: number;
  ended: Promise<string>;
  stop(): Promise<void>;
  kill(): Promise<void>;
}

const firstPauseMs = 100;
const lastPauseMs = 5_000;

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
  let running: S | undefined = first;
  let stopping = false;
  const watch = async (server: S): Promise<void> => {
    const how = await server.ended;
    running = undefined;
    for (let pauseMs = firstPauseMs; !stopping; pauseMs = Math.min(pauseMs * 2, lastPauseMs)) {
      say(`${name} ended (${how}); starting it again`);
      try {
        running = await start(first.port);
        return watch(running);
      } catch (error) {
        say(`${name} did not start: ${error instanceof Error ? error.message : String(error)}`);
        await sleep(pauseMs);
      }
    }
  };
  const watching = watch(first);
  return {
    ...first,
    stop: async () => {
      stopping = true;
      // A server's end alone does not keep this process alive until it is noticed.
      const alive = setInterval(() => {}, lastPauseMs);
      await running?.stop();
      await watching;
      clearInterval(alive);
    },
    kill: async () => {
      stopping = true;
      await running?.kill();
    },
  };
}
