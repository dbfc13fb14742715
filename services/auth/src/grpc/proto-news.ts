import { DefaultFailureMode, type WatchKeysResponse } from "@tollbook/contracts/auth/v1";
import type { KeyNews } from "../app/key-news.ts";
import { protoKeyRecord, protoStanding } from "../words/proto-words.ts";

/** A gate's news as it travels. `now` is business time. */
export function protoNews(news: KeyNews, now: Date): WatchKeysResponse {
  const { version } = news;
  return { version, serverTime: now, news: contentOf(news) };
}

function contentOf(news: KeyNews): WatchKeysResponse["news"] {
  switch (news.kind) {
    case "heartbeat":
      return {
        $case: "heartbeat",
        value: { importedFilter: Buffer.alloc(0), importedFilterHashes: 0 },
      };
    case "account": {
      const { suspended, defaultFailureMode: mode } = news.account;
      const modes = { closed: DefaultFailureMode.CLOSED, open: DefaultFailureMode.OPEN };
      return { $case: "account", value: { suspended, defaultFailureMode: modes[mode] } };
    }
    case "key":
      return { $case: "key", value: protoKeyRecord(news.found) };
    case "customer": {
      const { customerId, standing, customerVersion: version } = news;
      return {
        $case: "customer",
        value: { customerId, standing: protoStanding[standing], version },
      };
    }
    case "root-key-revoked":
      return { $case: "revokedRootKeyId", value: news.rootKeyId };
    case "resync":
      return { $case: "resync", value: true };
  }
}
