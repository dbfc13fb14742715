import { EventFeedServiceClient } from "@tollbook/contracts/events/v1";
import type { Source } from "@tollbook/events";
import { createClient, type Platform } from "@tollbook/service";
import type { NotifierConfig } from "../config.ts";

/** A page of 500 events; the next pull tries again. */
const deadlineMs = 10_000;

/** The feeds of all whose events the notifier hears. */
export function eventFeeds(
  { authAddress, meteringAddress, billingAddress }: NotifierConfig,
  { credential, logger, metrics }: Platform,
): { sources: Source[]; close(): void } {
  const addresses = { auth: authAddress, metering: meteringAddress, billing: billingAddress };
  const feeds = Object.entries(addresses).map(([producer, address]) => {
    const shared = { address, credential, deadlineMs, logger, metrics };
    return { producer, feed: createClient(EventFeedServiceClient, shared) };
  });
  return {
    sources: feeds,
    close: () => {
      for (const { feed } of feeds) feed.close();
    },
  };
}
