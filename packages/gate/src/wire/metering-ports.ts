import type {
  AcquireLeasesRequest,
  AcquireLeasesResponse,
  RecordUsageRequest,
  RecordUsageResponse,
  ReleaseLeasesRequest,
  ReleaseLeasesResponse,
} from "@tollbook/contracts/metering/v1";
import type { GatePorts } from "../gate-ports.ts";
import {
  fromProtoLeaseAnswer,
  fromProtoLeaseState,
  toProtoLeaseRelease,
  toProtoLeaseRequest,
} from "./lease-words.ts";
import { fromProtoReceipt, toProtoUsageBatch } from "./usage-words.ts";

/** The RPCs of metering that a gate needs, in the shape of a promise. */
export interface MeteringCalls {
  acquireLeases(request: AcquireLeasesRequest): Promise<AcquireLeasesResponse>;
  releaseLeases(request: ReleaseLeasesRequest): Promise<ReleaseLeasesResponse>;
  recordUsage(request: RecordUsageRequest): Promise<RecordUsageResponse>;
}

/** The ports of a gate that lead to metering. Errors pass as they come. */
export function meteringPorts(
  calls: MeteringCalls,
): Pick<GatePorts, "acquireLeases" | "releaseLeases" | "recordUsage"> {
  return {
    async acquireLeases(request) {
      return fromProtoLeaseAnswer(await calls.acquireLeases(toProtoLeaseRequest(request)));
    },
    async releaseLeases(release) {
      const { leases } = await calls.releaseLeases(toProtoLeaseRelease(release));
      return leases.map(fromProtoLeaseState);
    },
    async recordUsage(batch) {
      return fromProtoReceipt(await calls.recordUsage(toProtoUsageBatch(batch)));
    },
  };
}
