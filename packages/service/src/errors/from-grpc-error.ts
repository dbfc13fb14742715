import { type Metadata, type ServiceError, status } from "@grpc/grpc-js";
import {
  BadRequest,
  ErrorInfo,
  QuotaFailure,
  RetryInfo,
} from "@tollbook/contracts/google/rpc/error_details";
import { Status } from "@tollbook/contracts/google/rpc/status";
import { DomainError, type ErrorExtra } from "@tollbook/domain";
import { kindOfGrpcCode } from "./grpc-code.ts";
import { statusDetailsKey } from "./to-grpc-error.ts";

/**
 * The DomainError another service threw, from the gRPC error it arrived as. Without our details
 * the reason is the status itself (UNAVAILABLE, DEADLINE_EXCEEDED). Other errors, and DomainErrors,
 * come back as they are.
 */
export function fromGrpcError(error: unknown): unknown {
  if (!isServiceError(error)) return error;
  const { info, extra } = readDetails(error.metadata);
  const kind = kindOfGrpcCode(error.code);
  const reason = info?.reason || (status[error.code] ?? "UNKNOWN");
  // Without our own words, the transport's words name hosts and sockets: not for callers.
  const sentence = info ? error.details : sentenceOf(error.code);
  return new DomainError(kind, reason, sentence, info?.metadata ?? {}, { ...extra, cause: error });
}

/** Whether this is an error of grpc-js. */
export function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && "code" in error && "details" in error && "metadata" in error;
}

function sentenceOf(code: status): string {
  switch (code) {
    case status.DEADLINE_EXCEEDED:
      return "The answer did not come in time; please try again.";
    case status.UNAVAILABLE:
      return "A service this call needs cannot be reached right now; please try again.";
    case status.CANCELLED:
      return "The call was cancelled.";
    default:
      return "Something went wrong on our side.";
  }
}

interface Details {
  info?: { reason: string; metadata: Record<string, string> };
  extra: Omit<ErrorExtra, "cause">;
}

function readDetails(metadata: Metadata | undefined): Details {
  const bytes = metadata?.get(statusDetailsKey)[0];
  if (!Buffer.isBuffer(bytes)) return { extra: {} };
  try {
    return Status.decode(bytes).details.reduce(readDetail, { extra: {} });
  } catch {
    // Details are a courtesy: a peer that garbles them has still said its status.
    return { extra: {} };
  }
}

function readDetail(
  found: Details,
  { typeUrl, value }: { typeUrl: string; value: Buffer },
): Details {
  const type = typeUrl.slice(typeUrl.lastIndexOf("/") + 1);
  if (type === ErrorInfo.$type) return { ...found, info: ErrorInfo.decode(value) };
  return { ...found, extra: { ...found.extra, ...extraOf(type, value) } };
}

function extraOf(type: string, value: Buffer): Details["extra"] {
  if (type === BadRequest.$type) return { violations: BadRequest.decode(value).fieldViolations };
  if (type === QuotaFailure.$type) return { quota: QuotaFailure.decode(value).violations };
  if (type !== RetryInfo.$type) return {};
  const delay = RetryInfo.decode(value).retryDelay;
  return delay ? { retryAfterMs: Number(delay.seconds) * 1000 + delay.nanos / 1e6 } : {};
}
