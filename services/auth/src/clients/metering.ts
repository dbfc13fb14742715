import { QuotaServiceClient, UsageServiceClient } from "@tollbook/contracts/metering/v1";
import type { MeteringCalls } from "@tollbook/gate/wire";
import { createClient, type Platform } from "@tollbook/service";

/** A gate waits 50 ms at most for a lease; longer answers only serve the next call. */
const leaseDeadlineMs = 2_000;
/** A batch of 10,000 items behind a busy account. */
const recordDeadlineMs = 10_000;

/** Metering, as the gates of this process call it, each for its account. */
export function meteringClient(address: string, { credential, logger, metrics }: Platform) {
  const shared = { address, credential, logger, metrics };
  const quotas = createClient(QuotaServiceClient, { ...shared, deadlineMs: leaseDeadlineMs });
  const usage = createClient(UsageServiceClient, { ...shared, deadlineMs: recordDeadlineMs });
  return {
    for: (accountId: string): MeteringCalls => ({
      acquireLeases: (request) => quotas.acquireLeases(request, { actFor: accountId }),
      releaseLeases: (request) => quotas.releaseLeases(request, { actFor: accountId }),
      recordUsage: (request) => usage.recordUsage(request, { actFor: accountId }),
    }),
    close(): void {
      quotas.close();
      usage.close();
    },
  };
}
