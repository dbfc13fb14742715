import { EventEmitter, once } from "node:events";
import type { Database } from "@tollbook/service";
import type { FollowedBell, NewsBell } from "../app/key-news.ts";

/** The channel that the trigger on the outbox notifies, with the account. */
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
  return { follow: (accountId) => followed(rings, accountId), close: stop };
}

function followed(rings: EventEmitter, accountId: string): FollowedBell {
  let rung = false;
  const note = () => {
    rung = true;
  };
  rings.on(accountId, note);
  return {
    async wait(atMostMs, signal) {
      const timeUp = AbortSignal.timeout(Math.max(0, Math.ceil(atMostMs)));
      const enough = AbortSignal.any([signal, timeUp]);
      if (!rung) await once(rings, accountId, { signal: enough }).catch(() => undefined);
      rung = false;
    },
    end: () => void rings.off(accountId, note),
  };
}
