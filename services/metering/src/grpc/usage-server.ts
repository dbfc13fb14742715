import { type UsageServiceServer, UsageServiceService } from "@tollbook/contracts/metering/v1";
import { type Door, type Logger, requireAccount, serverStream, unary } from "@tollbook/service";
import type { Metering } from "../app/index.ts";
import { fromProtoExport, toProtoFile } from "./export-usage.ts";
import { usagePermissions } from "./permissions.ts";
import { toProtoReconciliation } from "./proto-reconciliation.ts";
import { fromProtoEvents, toProtoEvents } from "./proto-usage-events.ts";
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
    listUsageEvents: unary(async (request, caller) => {
      const question = fromProtoEvents(request);
      return toProtoEvents(await app.listUsageEvents(requireAccount(caller), question));
    }),
    exportUsage: serverStream(async function* (request, caller) {
      const question = fromProtoExport(request);
      yield* toProtoFile(request, await app.exportUsage(requireAccount(caller), question));
    }),
    getReconciliation: unary(async (_, caller) => {
      return toProtoReconciliation(await app.reconciler.find(requireAccount(caller)));
    }),
  };
  const intakes = { RecordUsage: intake };
  return { service: UsageServiceService, implementation, permissions: usagePermissions, intakes };
}
