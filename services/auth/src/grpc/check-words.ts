import { type CheckRequest, CountMode, type SettleRequest } from "@tollbook/contracts/gate/v1";
import type { CallOutcome, GateCall } from "@tollbook/gate";
import { fromProtoSha256, optionalId } from "./convert.ts";

const countModes: Readonly<Record<number, GateCall["count"]>> = {
  [CountMode.LATER]: "later",
  [CountMode.NEVER]: "never",
};

/** A call to decide, as the engine takes it; what it says is checked by the engine. */
export function fromProtoCheck(request: CheckRequest): GateCall {
  const { presented, endpoint, method, units, countMode, sourceAddress, status } = request;
  return {
    ...(presented?.$case === "key" && { key: presented.value }),
    ...(presented?.$case === "keySha256" && {
      keySha256: fromProtoSha256(presented.value, "key_sha256").toString("hex"),
    }),
    endpoint,
    method,
    units: units === undefined ? undefined : Number(units),
    count: countModes[countMode] ?? "now",
    sourceAddress: sourceAddress || undefined,
    requestId: optionalId(request.requestId ?? "", "request_id"),
    status: status || undefined,
  };
}

/** What became of a call. */
export function fromProtoSettle(request: SettleRequest): CallOutcome {
  const { status, units, latencyUs, requestBytes, responseBytes } = request;
  return {
    status,
    units: units === undefined ? undefined : Number(units),
    latencyMs: latencyUs === undefined ? undefined : latencyUs / 1_000,
    requestBytes: Number(requestBytes),
    responseBytes: Number(responseBytes),
  };
}
