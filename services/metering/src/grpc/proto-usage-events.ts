import {
  type Admission,
  type ListUsageEventsRequest,
  ListUsageEventsResponse,
  type UsageFilter as ProtoFilter,
  type Refusal,
} from "@tollbook/contracts/metering/v1";
import type { UsageEventsPage, UsageEventsRequest } from "../app/list-usage-events.ts";
import type { LoggedEvent } from "../app/raw-event-store.ts";
import type { UsageFilter } from "../app/usage-query-store.ts";

/** A question about single calls in our words. */
export function fromProtoEvents(request: ListUsageEventsRequest): UsageEventsRequest {
  const { filter, startTime, endTime, pageSize, pageToken } = request;
  return { filter: fromProtoFilter(filter), startTime, endTime, pageSize, pageToken };
}

/** Which usage, in our words; nothing said means all with live keys. */
export function fromProtoFilter(filter: ProtoFilter | undefined): UsageFilter {
  const { customerIds = [], keyIds = [], endpoints = [], methods = [] } = filter ?? {};
  const { statusClasses = [], test = false } = filter ?? {};
  return { customerIds, keyIds, endpoints, methods, statusClasses, test };
}

/** A page of the live log on the wire. */
export function toProtoEvents({ events, nextPageToken }: UsageEventsPage): ListUsageEventsResponse {
  const words = events.map(toProtoEvent);
  return ListUsageEventsResponse.fromPartial({ events: words, nextPageToken });
}

function toProtoEvent({ customerId, keyId, sample, ...event }: LoggedEvent) {
  const caller =
    keyId === undefined
      ? ({ $case: "customerId", value: customerId } as const)
      : ({ $case: "keyId", value: keyId } as const);
  const { refusal, admission, ...words } = event;
  return { ...words, caller, refusal: refusal as Refusal, admission: admission as Admission };
}
