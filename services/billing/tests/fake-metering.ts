import { createHash } from "node:crypto";
import {
  Aggregation,
  type ListMetersRequest,
  ListMetersResponse,
  MeterServiceService,
  type PeriodReference,
  type QueryUsageRequest,
  QueryUsageResponse,
  type SealedPeriod,
  type SealPeriodsRequest,
  SealPeriodsResponse,
  SealServiceService,
  UsageServiceService,
} from "@tollbook/contracts/metering/v1";
import { DomainError } from "@tollbook/domain";
import { type Door, requireAccount, unary } from "@tollbook/service";
import { servicesOnly } from "./other-services.ts";

/** Calls of a customer at one instant. */
export interface CountedCalls {
  readonly subscriptionId?: string;
  readonly customerId: string;
  readonly time: Date;
  readonly calls: bigint;
  readonly endpoint?: string;
  /** A meter of the account's own that counted as much; the default one, if absent. */
  readonly meterId?: string;
}

/** Another service, as far as billing sees it: it seals what it was given, once. */
export interface FakeMetering {
  readonly doors: readonly Door[];
  /** What was counted, in any order. */
  readonly counted: CountedCalls[];
  /** Meters of accounts, besides the default one. */
  readonly meters: { accountId: string; meterId: string; aggregation: Aggregation }[];
  /** Every SealPeriods that was answered. */
  readonly seals: { accountId: string; periods: PeriodReference[] }[];
  /** Set to be away, or slow, or to refuse a period. */
  beforeAnswer: (periods: readonly PeriodReference[]) => Promise<void>;
}

export function fakeMetering(): FakeMetering {
  const metering: Omit<FakeMetering, "doors"> = {
    counted: [],
    meters: [],
    seals: [],
    beforeAnswer: async () => {},
  };
  const sealPeriods = unary(async ({ periods }: SealPeriodsRequest, caller) => {
    await metering.beforeAnswer(periods);
    metering.seals.push({ accountId: requireAccount(caller), periods });
    const sealed = periods.map((period) => seal(requireAccount(caller), period, metering.counted));
    return SealPeriodsResponse.fromPartial({ periods: sealed });
  });
  const queryUsage = unary(async (request: QueryUsageRequest, caller) => {
    const { startTime, endTime, filter } = request;
    const asked = request.meterId === requireAccount(caller) ? undefined : request.meterId;
    const value = metering.counted
      .filter(({ customerId }) => filter?.customerIds.includes(customerId))
      .filter(({ time }) => startTime && endTime && time >= startTime && time < endTime)
      .filter(({ meterId }) => meterId === asked)
      .reduce((sum, each) => sum + each.calls, 0n);
    return QueryUsageResponse.fromPartial({ total: { value } });
  });
  const listMeters = unary(async (_: ListMetersRequest, caller) => {
    await metering.beforeAnswer([]);
    const accountId = requireAccount(caller);
    const own = metering.meters.filter((meter) => meter.accountId === accountId);
    const calls = { meterId: accountId, aggregation: Aggregation.COUNT };
    return ListMetersResponse.fromPartial({ meters: [calls, ...own] });
  });
  const doors: Door[] = [
    {
      service: SealServiceService,
      implementation: { sealPeriods },
      permissions: servicesOnly(SealServiceService),
    },
    {
      service: MeterServiceService,
      implementation: { listMeters },
      permissions: servicesOnly(MeterServiceService),
    },
    {
      service: UsageServiceService,
      implementation: { queryUsage },
      permissions: servicesOnly(UsageServiceService),
    },
  ];
  return Object.assign(metering, { doors });
}

/** The answer of a metering that is away. */
export async function away(): Promise<never> {
  throw new DomainError("unavailable", "STORAGE_UNAVAILABLE", "Metering is away.");
}

/** Sums by stretch and endpoint, as the contract says. */
function seal(
  accountId: string,
  period: PeriodReference,
  counted: readonly CountedCalls[],
): SealedPeriod {
  const { startTime, endTime, splitTimes, customerId, subscriptionId } = period;
  if (!startTime || !endTime) throw new Error("a period needs its times");
  const edges = [startTime, ...splitTimes, endTime];
  const usage = edges.slice(0, -1).flatMap((start, index) => {
    const end = edges[index + 1] ?? endTime;
    const inside = counted
      .filter((each) => each.customerId === customerId)
      .filter((each) => (each.subscriptionId ?? subscriptionId) === subscriptionId)
      .filter(({ time }) => time >= start && time < end);
    const rows = Map.groupBy(
      inside,
      ({ endpoint = "/v1/forecast/{city}", meterId = accountId }) => {
        return `${endpoint} ${meterId}`;
      },
    );
    return [...rows].map(([name, calls]) => {
      const [endpoint = "", meterId = ""] = name.split(" ");
      return {
        ...{ startTime: start, endTime: end, meterId, endpoint, method: "GET" },
        units: calls.reduce((sum, each) => sum + each.calls, 0n),
      };
    });
  });
  const usageSha256 = createHash("sha256")
    .update(JSON.stringify(usage.map(String)))
    .digest();
  return { period, sealNumber: 1, usageSha256, usage, sealTime: new Date(0) };
}
