import {
  DirectoryServiceClient,
  type Customer as ProtoCustomer,
} from "@tollbook/contracts/auth/v1";
import { EventFeedServiceClient } from "@tollbook/contracts/events/v1";
import type { EventFeed } from "@tollbook/events";
import type { Platform } from "@tollbook/service";
import { createClient } from "@tollbook/service/client";
import type { CustomerRef } from "../domain/party.ts";

/** Auth: whom we bill, and its feed of news. */
export interface AuthClient {
  readonly feed: EventFeed;
  customers(accountId: string, customerIds: readonly string[]): Promise<CustomerRef[]>;
  close(): void;
}

const DEADLINE_MS = 5_000;

export function authClient(
  address: string,
  { credential, logger, metrics }: Platform,
  toCustomer: (customer: ProtoCustomer) => CustomerRef,
): AuthClient {
  const options = { address, credential, deadlineMs: DEADLINE_MS, logger, metrics };
  const directory = createClient(DirectoryServiceClient, options);
  const feed = createClient(EventFeedServiceClient, options);
  return {
    feed,
    customers: async (accountId, customerIds) => {
      const request = { customerIds: [...customerIds], externalIds: [] };
      const { customers } = await directory.describeCustomers(request, { actFor: accountId });
      return customers.map(toCustomer);
    },
    close: () => {
      directory.close();
      feed.close();
    },
  };
}
