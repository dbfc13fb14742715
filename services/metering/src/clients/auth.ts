import { DirectoryServiceClient, type KeyRecord } from "@tollbook/contracts/auth/v1";
import { EventFeedServiceClient } from "@tollbook/contracts/events/v1";
import type { EventFeed } from "@tollbook/events";
import type { Platform } from "@tollbook/service";
import { createClient } from "@tollbook/service/client";
import type { Directory } from "../app/needs.ts";
import type { ToldKey } from "../app/reference-store.ts";

/** Auth: whose keys are, and its feed of news. */
export interface AuthClient extends Directory {
  readonly feed: EventFeed;
  close(): void;
}

/** A batch of usage waits for this; a recorder waits 15 s for a batch. */
const DEADLINE_MS = 3_000;

/** Connects to auth. `toKey` puts a key into our words. */
export function authClient(
  address: string,
  { credential, logger, metrics }: Platform,
  toKey: (accountId: string, key: KeyRecord) => ToldKey,
): AuthClient {
  const options = { address, credential, deadlineMs: DEADLINE_MS, logger, metrics };
  const directory = createClient(DirectoryServiceClient, options);
  const feed = createClient(EventFeedServiceClient, options);
  return {
    feed,
    describeKeys: async (accountId, { keyIds, keySha256s }) => {
      const hashes = keySha256s.map((hash) => Buffer.from(hash, "hex"));
      const request = { keyIds: [...keyIds], keySha256s: hashes };
      const { keys } = await directory.describeKeys(request, { actFor: accountId });
      return keys.map((key) => toKey(accountId, key));
    },
    describeCustomers: async (accountId, { customerIds, externalIds }) => {
      const request = { customerIds: [...customerIds], externalIds: [...externalIds] };
      const { customers } = await directory.describeCustomers(request, { actFor: accountId });
      return customers.map(({ customerId, externalId }) => ({ customerId, externalId }));
    },
    close: () => {
      directory.close();
      feed.close();
    },
  };
}
