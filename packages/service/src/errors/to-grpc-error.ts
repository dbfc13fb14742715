import { Metadata, type ServerErrorResponse, status } from "@grpc/grpc-js";
import {
  BadRequest,
  ErrorInfo,
  QuotaFailure,
  RetryInfo,
} from "@tollbook/contracts/google/rpc/error_details";
import { Status } from "@tollbook/contracts/google/rpc/status";
import { DomainError } from "@tollbook/domain";
import { currentTraceId } from "../calls/call-scope.ts";
import { grpcCodeOf } from "./grpc-code.ts";

/** The domain of every ErrorInfo we send. */
export const errorDomain = "tollbook";

/** The metadata key gRPC carries a google.rpc.Status in. */
export const statusDetailsKey = "grpc-status-details-bin";

/**
 * What a caller is told of an error. A DomainError keeps its words and carries google.rpc details;
 * anything else becomes INTERNAL with nothing but the trace id our logs know it by.
 */
export function toGrpcError(error: unknown): ServerErrorResponse {
  const told = error instanceof DomainError ? error : unexpected();
  const code = grpcCodeOf(told.kind);
  // A lone surrogate cannot be percent-encoded into the status header.
  const details = told.message.toWellFormed();
  const metadata = new Metadata();
  const body = Status.fromPartial({ code, message: details, details: detailsOf(told) });
  metadata.set(statusDetailsKey, Buffer.from(Status.encode(body).finish()));
  return { name: status[code], message: details, code, details, metadata };
}

function unexpected(): DomainError {
  const traceId = currentTraceId();
  const sentence = "Something went wrong on our side.";
  return new DomainError("internal", "INTERNAL", sentence, traceId ? { trace_id: traceId } : {});
}

interface Codec<M> {
  readonly $type: string;
  encode(message: M): { finish(): Uint8Array };
}

function detailsOf(error: DomainError): { typeUrl: string; value: Buffer }[] {
  const info = { reason: error.reason, domain: errorDomain, metadata: { ...error.metadata } };
  const details = [packed(ErrorInfo, info)];
  if (error.violations !== undefined) {
    const fieldViolations = [...error.violations];
    details.push(packed(BadRequest, BadRequest.fromPartial({ fieldViolations })));
  }
  if (error.quota !== undefined) {
    const violations = [...error.quota];
    details.push(packed(QuotaFailure, QuotaFailure.fromPartial({ violations })));
  }
  if (error.retryAfterMs !== undefined) {
    const retryDelay = durationOf(error.retryAfterMs);
    details.push(packed(RetryInfo, RetryInfo.fromPartial({ retryDelay })));
  }
  return details;
}

function packed<M>(codec: Codec<M>, message: M): { typeUrl: string; value: Buffer } {
  const value = Buffer.from(codec.encode(message).finish());
  return { typeUrl: `type.googleapis.com/${codec.$type}`, value };
}

function durationOf(ms: number): { seconds: bigint; nanos: number } {
  const whole = Math.max(0, Math.ceil(ms));
  return { seconds: BigInt(Math.floor(whole / 1000)), nanos: (whole % 1000) * 1_000_000 };
}
