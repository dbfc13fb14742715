import type { Account } from "../domain/account.ts";
import type { Standing } from "../domain/customer.ts";
import type { FoundKey } from "./needs.ts";

/** One thing a gate must hear. `version` is where a reopened stream goes on. */
export type KeyNews = { version: bigint } & (
  | { kind: "heartbeat" }
  | { kind: "account"; account: Account }
  | { kind: "key"; found: FoundKey }
  | { kind: "customer"; customerId: string; standing: Standing; customerVersion: bigint }
  | { kind: "root-key-revoked"; rootKeyId: string }
  | { kind: "resync" }
);

/** What the outbox holds for gates after a version. */
export interface NewsPage {
  news: KeyNews[];
  /** The version after these news: all up to it was looked at. */
  version: bigint;
  /** True if more was there than one page takes. */
  more: boolean;
}

/** Reads an account's news; see storage/key-news.ts. */
export interface NewsReader {
  /** The account's newest version. */
  newest(accountId: string): Promise<{ version: bigint; account: Account }>;
  /** News after a version; `undefined` if some of it is no longer kept. */
  after(accountId: string, version: bigint): Promise<NewsPage | undefined>;
}

/** Tells when an account may have news. */
export interface NewsBell {
  /** From now on no ring is missed, also not between two waits. */
  follow(accountId: string): FollowedBell;
}

export interface FollowedBell {
  /** Returns at once if it rang since the last wait, else at the next ring or when time is up. */
  wait(atMostMs: number, signal: AbortSignal): Promise<void>;
  end(): void;
}
