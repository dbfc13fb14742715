import { type ServiceError, status } from "@grpc/grpc-js";
import { RetryInfo } from "@tollbook/contracts/google/rpc/error_details";
import { Status } from "@tollbook/contracts/google/rpc/status";
import { DomainError, type ErrorKind } from "@tollbook/domain";

/**
 * A failed call in the words a gate knows: "invalid" and "conflict" are final, the rest is tried
 * again. The reason is the gRPC status; errors of another making come back as they are.
 */
export function rpcError(error: unknown): unknown {
  if (!isServiceError(error)) return error;
  const kind = kinds.get(error.code) ?? "internal";
  const extra = { retryAfterMs: retryAfterMsOf(error), cause: error };
  return new DomainError(kind, status[error.code] ?? "UNKNOWN", error.details, {}, extra);
}

const kinds: ReadonlyMap<status, ErrorKind> = new Map([
  [status.INVALID_ARGUMENT, "invalid"],
  [status.ALREADY_EXISTS, "conflict"],
  [status.UNAUTHENTICATED, "unauthenticated"],
  [status.PERMISSION_DENIED, "permission-denied"],
  [status.NOT_FOUND, "not-found"],
  [status.FAILED_PRECONDITION, "failed-precondition"],
  [status.RESOURCE_EXHAUSTED, "exhausted"],
  [status.UNIMPLEMENTED, "unimplemented"],
  [status.UNAVAILABLE, "unavailable"],
  [status.DEADLINE_EXCEEDED, "unavailable"],
  [status.CANCELLED, "unavailable"],
]);

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && "code" in error && "details" in error && "metadata" in error;
}

const retryInfoName = "google.rpc.RetryInfo";

/** How long the service asks us to wait, if it says so. */
function retryAfterMsOf({ metadata }: ServiceError): number | undefined {
  const bytes = metadata?.get("grpc-status-details-bin")[0];
  if (!Buffer.isBuffer(bytes)) return undefined;
  try {
    const { details } = Status.decode(bytes);
    const info = details.find(({ typeUrl }) => typeUrl.endsWith(`/${retryInfoName}`));
    const delay = info && RetryInfo.decode(info.value).retryDelay;
    return delay && Number(delay.seconds) * 1_000 + delay.nanos / 1e6;
  } catch {
    return undefined; // details are a courtesy: garbled ones change nothing of the status
  }
}
