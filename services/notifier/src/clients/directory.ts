import { DescribeCustomersRequest, DirectoryServiceClient } from "@tollbook/contracts/auth/v1";
import { createClient, type Platform } from "@tollbook/service";
import type { Directory } from "../app/needs.ts";
import { customerReference } from "../domain/references.ts";

/** Nobody waits for it: the news of the customer is on its way too. */
const deadlineMs = 2_000;

/** Auth's directory, for customers whose news is slower than their alerts. */
export function directoryClient(
  address: string,
  { credential, logger, metrics }: Platform,
): Directory & { close(): void } {
  const shared = { address, credential, deadlineMs, logger, metrics };
  const auth = createClient(DirectoryServiceClient, shared);
  return {
    customer: async (accountId, customerId) => {
      const request = DescribeCustomersRequest.fromPartial({ customerIds: [customerId] });
      const { customers } = await auth.describeCustomers(request, { actFor: accountId });
      const told = customers.find((customer) => customer.customerId === customerId);
      return told && customerReference(accountId, told);
    },
    close: () => auth.close(),
  };
}
