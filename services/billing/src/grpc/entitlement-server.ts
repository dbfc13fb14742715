import {
  DescribeEntitlementsResponse,
  type EntitlementServiceServer,
  EntitlementServiceService,
} from "@tollbook/contracts/billing/v1";
import { invalidField, parseId } from "@tollbook/domain";
import { type Door, requireAccount, unary } from "@tollbook/service";
import type { Billing } from "../app/index.ts";
import { entitlementPermissions } from "./permissions.ts";
import { protoEntitlement } from "./proto-words.ts";

/** As many as metering may seal at once. */
const CUSTOMERS_MAX = 1_000;

/** What customers may use, for metering. */
export const entitlementDoor = (app: Billing): Door => ({
  service: EntitlementServiceService,
  implementation: implementation(app),
  permissions: entitlementPermissions,
});

const implementation = (app: Billing): Partial<EntitlementServiceServer> => ({
  describeEntitlements: unary(async (request, caller) => {
    if (request.customerIds.length > CUSTOMERS_MAX) {
      const sentence = `At most ${CUSTOMERS_MAX} customers at once.`;
      throw invalidField("customer_ids", "TOO_MANY", sentence);
    }
    const customerIds = request.customerIds.map((id) => parseId(id, "customer_ids"));
    const accountId = requireAccount(caller);
    await app.ensureAccount(accountId);
    await app.learnCustomers(accountId, customerIds);
    const { entitlements, knownCustomerIds } = await app.database.inAccount(accountId, (tx) =>
      app.describeEntitlements(tx, customerIds),
    );
    return DescribeEntitlementsResponse.fromPartial({
      entitlements: entitlements.map(protoEntitlement),
      knownCustomerIds: [...knownCustomerIds],
    });
  }),
});
