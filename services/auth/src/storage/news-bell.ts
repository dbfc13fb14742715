import { EventEmitter, once } from "node:events";
import type { Database } from "@tollbook/service";
import type { NewsBell } from "../app/key-news.ts";

/** The channel that the trigger on the outbox notifies. */
const channel = "key_news";

/**
 * Hears of every auth process's commits by LISTEN, so it works without NATS. A reconnection wakes
 * everybody, since what was said meanwhile is lost.
 */
export async function openNewsBell(
  database: Database,
): Promise<NewsBell & { close(): Promise<void> }> {
  const rings = new EventEmitter();
  rings.setMaxListeners(0);
  const stop = await database.listen(channel, (accountId) => {
    if (accountId !== "") rings.emit(accountId);
    else for (const name of rings.eventNames()) rings.emit(name);
  });
  return {
    async wait(accountId, atMostMs, signal) {
      const enough = AbortSignal.any([signal, AbortSignal.timeout(Math.max(0, atMostMs))]);
      await once(rings, accountId, { signal: enough }).catch(() => undefined);
    },
    close: stop,
  };
}
