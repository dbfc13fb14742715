import {
  GetSealedUsageResponse,
  type PeriodReference as ProtoReference,
  SealedPeriod as ProtoSealedPeriod,
  SealPeriodsResponse,
  type SealServiceServer,
  SealServiceService,
} from "@tollbook/contracts/metering/v1";
import { invalidField } from "@tollbook/domain";
import { type Door, requireAccount, unary } from "@tollbook/service";
import type { Metering } from "../app/index.ts";
import type { SealedPeriod } from "../app/seal-periods.ts";
import type { PeriodReference } from "../domain/sealed-period.ts";
import { sealPermissions } from "./permissions.ts";

/** Closes billing periods, for billing. */
export function sealDoor(app: Metering): Door {
  const implementation: Partial<SealServiceServer> = {
    sealPeriods: unary(async ({ periods }, caller) => {
      const accountId = requireAccount(caller);
      const sealed = await app.sealPeriods(accountId, periods.map(fromProtoReference));
      return SealPeriodsResponse.fromPartial({ periods: sealed.map(toProtoSealed) });
    }),
    getSealedUsage: unary(async ({ period, sealNumber }, caller) => {
      if (period === undefined) throw invalidField("period", "REQUIRED", "Name a period.");
      const accountId = requireAccount(caller);
      const number = sealNumber === 0 ? undefined : sealNumber;
      const sealed = await app.getSealedUsage(accountId, fromProtoReference(period), number);
      return GetSealedUsageResponse.fromPartial({ period: toProtoSealed(sealed) });
    }),
  };
  return { service: SealServiceService, implementation, permissions: sealPermissions };
}

function fromProtoReference(reference: ProtoReference): PeriodReference {
  const { customerId, subscriptionId, startTime, endTime, splitTimes } = reference;
  return { customerId, subscriptionId, startTime, endTime, splitTimes };
}

function toProtoSealed({ period, seal, usage }: SealedPeriod) {
  const { customerId, subscriptionId, start, end, splitTimes } = period;
  const edges = { startTime: start, endTime: end, splitTimes: [...splitTimes] };
  const { sealNumber, usageSha256, sealTime } = seal;
  return ProtoSealedPeriod.fromPartial({
    period: { customerId, subscriptionId, ...edges },
    ...{ sealNumber, usageSha256, sealTime },
    usage: usage.map(({ stretch, ...units }) => ({
      startTime: stretch.start,
      endTime: stretch.end,
      ...units,
    })),
  });
}
