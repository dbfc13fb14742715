import { type Entitlement, EntitlementServiceClient } from "@tollbook/contracts/billing/v1";
import { EventFeedServiceClient } from "@tollbook/contracts/events/v1";
import type { EventFeed } from "@tollbook/events";
import type { Platform } from "@tollbook/service";
import { createClient } from "@tollbook/service/client";
import type { Entitlements } from "../app/needs.ts";
import type { ToldEntitlement } from "../app/reference-store.ts";

/** Billing: what customers may use, and its feed of news. */
export interface BillingClient extends Entitlements {
  readonly feed: EventFeed;
  close(): void;
}

/** A gate waits 250 ms for leases before it decides by itself; it uses a late answer too. */
const DEADLINE_MS = 2_000;

/** Connects to billing. `toEntitlement` puts an entitlement into our words. */
export function billingClient(
  address: string,
  { credential, logger, metrics }: Platform,
  toEntitlement: (accountId: string, entitlement: Entitlement) => ToldEntitlement,
): BillingClient {
  const options = { address, credential, deadlineMs: DEADLINE_MS, logger, metrics };
  const service = createClient(EntitlementServiceClient, options);
  const feed = createClient(EventFeedServiceClient, options);
  return {
    feed,
    describe: async (accountId, customerIds) => {
      const request = { customerIds: [...customerIds] };
      const told = await service.describeEntitlements(request, { actFor: accountId });
      const { entitlements, knownCustomerIds } = told;
      return {
        entitlements: entitlements.map((one) => toEntitlement(accountId, one)),
        knownCustomerIds,
      };
    },
    close: () => {
      service.close();
      feed.close();
    },
  };
}
