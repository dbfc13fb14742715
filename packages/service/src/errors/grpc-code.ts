import { status } from "@grpc/grpc-js";
import type { ErrorKind } from "@tollbook/domain";

const codes: Record<ErrorKind, status> = {
  invalid: status.INVALID_ARGUMENT,
  unauthenticated: status.UNAUTHENTICATED,
  "permission-denied": status.PERMISSION_DENIED,
  "not-found": status.NOT_FOUND,
  conflict: status.ALREADY_EXISTS,
  "failed-precondition": status.FAILED_PRECONDITION,
  exhausted: status.RESOURCE_EXHAUSTED,
  unavailable: status.UNAVAILABLE,
  unimplemented: status.UNIMPLEMENTED,
  internal: status.INTERNAL,
};

/** Codes others answer with and we do not; what is in neither table is our bug: internal. */
const foreignKinds = new Map<status, ErrorKind>([
  [status.OUT_OF_RANGE, "invalid"],
  [status.ABORTED, "conflict"],
  // Nobody knows whether it happened: as with UNAVAILABLE, the caller asks again.
  [status.DEADLINE_EXCEEDED, "unavailable"],
  [status.CANCELLED, "unavailable"],
]);
const kinds = new Map<status, ErrorKind>([
  ...foreignKinds,
  ...Object.entries(codes).map(([kind, code]) => [code, kind as ErrorKind] as const),
]);

/** The gRPC status of a kind of error: the one place that says so. */
export function grpcCodeOf(kind: ErrorKind): status {
  return codes[kind];
}

/** The kind of error behind a gRPC status; UNKNOWN and the like are "internal". */
export function kindOfGrpcCode(code: status): ErrorKind {
  return kinds.get(code) ?? "internal";
}
