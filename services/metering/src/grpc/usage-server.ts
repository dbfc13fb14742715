import { type UsageServiceServer, UsageServiceService } from "@tollbook/contracts/metering/v1";
import { type Door, requireAccount, unary } from "@tollbook/service";
import type { Metering } from "../app/index.ts";
import { fromProtoUsage } from "./from-proto-usage.ts";
import { usagePermissions } from "./permissions.ts";
import { fromProtoQuery, toProtoAnswer } from "./proto-usage-query.ts";
import { toProtoReceipt } from "./to-proto-receipt.ts";

/** Takes usage in and answers questions about it. */
export function usageDoor(app: Metering): Door {
  const implementation: Partial<UsageServiceServer> = {
    recordUsage: unary(async (request, caller) => {
      const batch = fromProtoUsage(request, caller);
      return toProtoReceipt(await app.recordUsage(requireAccount(caller), batch), app.now());
    }),
    queryUsage: unary(async (request, caller) => {
      const question = fromProtoQuery(request);
      return toProtoAnswer(await app.queryUsage(requireAccount(caller), question));
    }),
  };
  return { service: UsageServiceService, implementation, permissions: usagePermissions };
}
