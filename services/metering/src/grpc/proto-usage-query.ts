import {
  UsageDimension as ProtoDimension,
  Granularity as ProtoGranularity,
  UsageRow as ProtoRow,
  type QueryUsageRequest,
  QueryUsageResponse,
} from "@tollbook/contracts/metering/v1";
import { type Granularity, invalidField } from "@tollbook/domain";
import type { UsageAnswer, UsageRequest } from "../app/query-usage.ts";
import type { UsageDimension, UsageGroup, UsageSums } from "../app/usage-query-store.ts";
import { latencyPercentileMs } from "../domain/latency.ts";
import { fromProtoFilter } from "./proto-usage-events.ts";

const GRANULARITIES: Readonly<Record<number, Granularity | undefined>> = {
  [ProtoGranularity.QUARTER_HOUR]: "quarter-hour",
  [ProtoGranularity.HOUR]: "hour",
  [ProtoGranularity.DAY]: "day",
  [ProtoGranularity.MONTH]: "month",
};

const DIMENSIONS: Readonly<Record<number, UsageDimension | undefined>> = {
  [ProtoDimension.CUSTOMER]: "customer",
  [ProtoDimension.KEY]: "key",
  [ProtoDimension.ENDPOINT]: "endpoint",
  [ProtoDimension.METHOD]: "method",
  [ProtoDimension.STATUS_CLASS]: "status-class",
};

/** A question in our words; "invalid" OUT_OF_RANGE for a dimension that is none. */
export function fromProtoQuery(request: QueryUsageRequest): UsageRequest {
  const { startTime, endTime, timeZone, top, latency, meterId, pageSize, pageToken } = request;
  return {
    ...{ startTime, endTime, timeZone, top, latency, meterId, pageSize, pageToken },
    granularity: GRANULARITIES[request.granularity],
    groupBy: request.groupBy.map(fromProtoDimension),
    filter: fromProtoFilter(request.filter),
  };
}

function fromProtoDimension(told: ProtoDimension, at: number): UsageDimension {
  const dimension = DIMENSIONS[told];
  if (dimension !== undefined) return dimension;
  throw invalidField(`group_by[${at}]`, "OUT_OF_RANGE", "Name a dimension.");
}

/** An answer on the wire. */
export function toProtoAnswer(answer: UsageAnswer): QueryUsageResponse {
  const { intervals } = answer.question;
  const rows = answer.rows.map(({ interval, group, ...sums }) => {
    const { start, end } = intervals[interval] ?? {};
    return { ...spanWords(start, end), group: groupWords(group), ...sumWords(sums) };
  });
  const span = spanWords(intervals[0]?.start, intervals.at(-1)?.end);
  const total = ProtoRow.fromPartial({ ...span, ...sumWords(answer.total) });
  return QueryUsageResponse.fromPartial({ rows, nextPageToken: answer.nextPageToken, total });
}

function spanWords(startTime: Date | undefined, endTime: Date | undefined) {
  return { ...(startTime && { startTime }), ...(endTime && { endTime }) };
}

function groupWords({ statusClass, other, ...names }: UsageGroup) {
  const { customerId = "", keyId = "", endpoint = "", method = "" } = names;
  const words = { customerId, keyId, endpoint, method, other };
  return statusClass === undefined ? words : { ...words, statusClass };
}

function sumWords({ latency, ...sums }: UsageSums) {
  const [p50Ms, p95Ms, p99Ms] = [0.5, 0.95, 0.99].map((share) => {
    return latencyPercentileMs(latency, share);
  });
  if (p50Ms === undefined || p95Ms === undefined || p99Ms === undefined) return sums;
  return { ...sums, latency: { p50Ms, p95Ms, p99Ms } };
}
