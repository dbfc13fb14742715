import type { FollowedBell, KeyNews, NewsBell, NewsReader } from "./key-news.ts";

/** A gate takes a stream that is silent for longer than a few of these as lost. */
const heartbeatEveryMs = 5_000;

/**
 * An account's news since a version, then as it comes, and a heartbeat every five seconds and
 * first of all. Version 0 means only what comes from now on. News that is no longer kept is told
 * as `resync`.
 */
export const watchKeys = (reader: NewsReader, bell: NewsBell) =>
  async function* (accountId: string, since: bigint, signal: AbortSignal): AsyncGenerator<KeyNews> {
    // Followed before anything is read: what is committed after the reading rings.
    const followed = bell.follow(accountId);
    try {
      yield* newsSince(reader, followed, accountId, since, signal);
    } finally {
      followed.end();
    }
  };

async function* newsSince(
  reader: NewsReader,
  bell: FollowedBell,
  accountId: string,
  since: bigint,
  signal: AbortSignal,
): AsyncGenerator<KeyNews> {
  const { version: newest, account } = await reader.newest(accountId);
  // A version from the future comes from a database that was set back since.
  const lost = since > newest;
  let version = since === 0n || lost ? newest : since;
  yield { kind: "heartbeat", version };
  yield { kind: "account", account, version };
  if (lost) yield { kind: "resync", version };
  let heartbeatAt = performance.now() + heartbeatEveryMs;
  while (!signal.aborted) {
    const page = await reader.after(accountId, version);
    if (!page) {
      version = (await reader.newest(accountId)).version;
      yield { kind: "resync", version };
      continue;
    }
    yield* page.news;
    version = page.version;
    if (performance.now() >= heartbeatAt) {
      heartbeatAt = performance.now() + heartbeatEveryMs;
      yield { kind: "heartbeat", version };
    }
    if (!page.more) await bell.wait(heartbeatAt - performance.now(), signal);
  }
}
