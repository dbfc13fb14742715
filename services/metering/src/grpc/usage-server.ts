import { type UsageServiceServer, UsageServiceService } from "@tollbook/contracts/metering/v1";
import { type Door, type Logger, requireAccount, unary } from "@tollbook/service";
import type { Metering } from "../app/index.ts";
import { usagePermissions } from "./permissions.ts";
import { fromProtoQuery, toProtoAnswer } from "./proto-usage-query.ts";
import { recordUsageStream, recordUsageUnary } from "./record-usage-door.ts";
import type { UsageIntake } from "./usage-intake.ts";

/** Takes usage in and answers questions about it. */
export function usageDoor(app: Metering, intake: UsageIntake, logger: Logger): Door {
  const implementation: Partial<UsageServiceServer> = {
    recordUsage: recordUsageUnary(app, intake),
    recordUsageStream: recordUsageStream(app, intake, logger),
    queryUsage: unary(async (request, caller) => {
      const question = fromProtoQuery(request);
      return toProtoAnswer(await app.queryUsage(requireAccount(caller), question));
    }),
  };
  const intakes = { RecordUsage: intake };
  return { service: UsageServiceService, implementation, permissions: usagePermissions, intakes };
}
