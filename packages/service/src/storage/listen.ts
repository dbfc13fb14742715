import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import type { Logger } from "pino";

/** Waits between attempts to reconnect: doubled from the first to the last. */
const firstWaitMs = 100;
const lastWaitMs = 5_000;
/** A connection that is silently gone is noticed after this long. */
const heartbeatMs = 10_000;
/** A connection that does not answer within this is given up. */
const answerWithinMs = 5_000;

/** What to hear, from where. */
export interface ListenOptions {
  url: string;
  channel: string;
  onNotify: (payload: string) => void;
  logger: Logger;
}

/** Keeps one connection of its own on LISTEN until the returned function is called. */
export async function openListener(options: ListenOptions): Promise<() => Promise<void>> {
  const stopping = new AbortController();
  const running = listenForEver(options, stopping.signal);
  return async () => {
    stopping.abort();
    await running;
  };
}

async function listenForEver(options: ListenOptions, stopped: AbortSignal): Promise<void> {
  const { logger, channel } = options;
  let waitMs = firstWaitMs;
  let failures = 0;
  while (!stopped.aborted) {
    try {
      await listenOnce(options, stopped, () => {
        if (failures > 0) logger.info({ channel, failures }, "listening again");
        waitMs = firstWaitMs;
        failures = 0;
      });
    } catch (error) {
      if (stopped.aborted) return;
      logger[failures === 0 ? "warn" : "debug"]({ channel }, interrupted(options, error));
      failures += 1;
      await delay(waitMs, undefined, { signal: stopped }).catch(() => undefined);
      waitMs = Math.min(waitMs * 2, lastWaitMs);
    }
  }
}

/** One sentence for the operator: what is away, where it was sought, and why it was not found. */
function interrupted({ url }: ListenOptions, error: unknown): string {
  const { host, pathname, username } = new URL(url);
  const why = error instanceof Error ? error.message : String(error);
  return (
    `PostgreSQL cannot be listened to at ${host}${pathname} as ${username} (${why}). Start it, or ` +
    "correct the database's URL in the settings; it is tried until it is there."
  );
}

/** Returns when stopped; throws when the connection is lost. */
async function listenOnce(
  { url, channel, onNotify }: ListenOptions,
  stopped: AbortSignal,
  onConnected: () => void,
): Promise<void> {
  const client = new pg.Client({
    connectionString: url,
    application_name: "tollbook listen",
    connectionTimeoutMillis: answerWithinMs,
    query_timeout: answerWithinMs,
    keepAlive: true,
  });
  const lost = new Promise<never>((_, reject) => {
    client.on("error", reject);
    client.on("end", () => reject(new Error("the connection ended")));
  });
  // The race below may be over before the connection is lost; that loss is then no news.
  lost.catch(() => undefined);
  client.on("notification", ({ payload }) => onNotify(payload ?? ""));
  try {
    await client.connect();
    await client.query(`listen ${client.escapeIdentifier(channel)}`);
    onConnected();
    onNotify("");
    while (!stopped.aborted) {
      const pause = delay(heartbeatMs, undefined, { signal: stopped }).catch(() => undefined);
      await Promise.race([pause, lost]);
      if (!stopped.aborted) await client.query("select 1");
    }
  } finally {
    await client.end().catch(() => undefined);
  }
}
