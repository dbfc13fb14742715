import {
  Aggregation,
  Granularity,
  ListMetersRequest,
  MeterServiceClient,
  type SealedPeriod as ProtoSealedPeriod,
  QueryUsageRequest,
  SealPeriodsRequest,
  SealServiceClient,
  UsageServiceClient,
} from "@tollbook/contracts/metering/v1";
import type { Platform } from "@tollbook/service";
import { createClient } from "@tollbook/service/client";
import type { Metering, PeriodToSeal, SealedPeriod } from "../app/needs.ts";

/** Summing a month of 500 subscriptions takes seconds; less than a period is held. */
const SEAL_DEADLINE_MS = 30_000;

const QUERY_DEADLINE_MS = 10_000;

/** Sealed usage of 500 subscriptions on many endpoints. */
const RECEIVE_BYTES_MAX = 64 * 1024 * 1024;

/** More than an account may have. */
const METERS_MAX = 1_000;

const ADDS_UP: ReadonlySet<Aggregation> = new Set([Aggregation.COUNT, Aggregation.SUM]);

/** Metering, which counts. */
export function meteringClient(
  address: string,
  { credential, logger, metrics }: Platform,
): Metering & { close(): void } {
  const options = { address, credential, deadlineMs: QUERY_DEADLINE_MS, logger, metrics };
  const receiveBytesMax = RECEIVE_BYTES_MAX;
  const seals = createClient(SealServiceClient, { ...options, receiveBytesMax });
  const usage = createClient(UsageServiceClient, options);
  const meters = createClient(MeterServiceClient, options);
  return {
    seal: async (accountId, periods) => {
      const request = SealPeriodsRequest.fromPartial({ periods: periods.map(toReference) });
      const call = { actFor: accountId, deadlineMs: SEAL_DEADLINE_MS };
      const { periods: sealed } = await seals.sealPeriods(request, call);
      if (sealed.length !== periods.length) throw outOfOrder();
      return sealed.map((each, index) => fromProtoSealed(each, periods[index]));
    },
    meters: async (accountId) => {
      const request = ListMetersRequest.fromPartial({ pageSize: METERS_MAX });
      const { meters: known } = await meters.listMeters(request, { actFor: accountId });
      return known.map(({ meterId, aggregation }) => ({
        meterId,
        addsUp: ADDS_UP.has(aggregation),
      }));
    },
    unitsSoFar: async (accountId, { customerId, meterId, span }) => {
      const request = QueryUsageRequest.fromPartial({
        startTime: span.start,
        endTime: span.end,
        granularity: Granularity.UNSPECIFIED,
        filter: { customerIds: [customerId] },
        meterId,
      });
      const { total } = await usage.queryUsage(request, { actFor: accountId });
      return total?.value ?? 0n;
    },
    close: () => {
      seals.close();
      usage.close();
      meters.close();
    },
  };
}

function toReference({ customerId, subscriptionId, start, end, splitTimes }: PeriodToSeal) {
  return {
    ...{ customerId, subscriptionId },
    startTime: start,
    endTime: end,
    splitTimes: [...splitTimes],
  };
}

/** An answer about another period than was asked would bill one customer for another. */
function fromProtoSealed(
  { period, sealNumber, usageSha256, usage }: ProtoSealedPeriod,
  asked: PeriodToSeal | undefined,
): SealedPeriod {
  const isAsked =
    period?.subscriptionId === asked?.subscriptionId &&
    period?.startTime?.getTime() === asked?.start.getTime() &&
    period?.endTime?.getTime() === asked?.end.getTime();
  if (!isAsked) throw outOfOrder();
  return {
    sealNumber,
    usageSha256,
    usage: usage.map(({ startTime, endTime, meterId, units }) => {
      if (!startTime || !endTime) throw new Error("metering sealed usage without its times");
      return { start: startTime, end: endTime, meterId, units };
    }),
  };
}

function outOfOrder(): Error {
  return new Error("metering did not answer with the periods it was asked to seal");
}
