import type * as grpc from "@grpc/grpc-js";
import { status } from "@grpc/grpc-js";
import { DomainError } from "@tollbook/domain";
import type { Logger } from "pino";
import { type CallScope, IncomingScope } from "../calls/call-scope.ts";
import type { Caller } from "../calls/caller.ts";
import type { Frame, ReadBytes } from "../calls/door.ts";
import { isPublic, requirePermission } from "../calls/permission.ts";
import type { Authenticator } from "../credentials/authenticator.ts";
import { toGrpcError } from "../errors/to-grpc-error.ts";
import type { Arrival } from "./arrival.ts";
import type { HostLimits } from "./limits.ts";
import { notBuilt, type Rpc } from "./rpc.ts";
import type { RpcMeter, RpcMetrics } from "./rpc-metrics.ts";
import type { Streams } from "./streams.ts";

/** What all RPCs of a host share. */
export interface Serving {
  readonly authenticator: Authenticator;
  readonly logger: Logger;
  readonly metrics: RpcMetrics;
  readonly limits: HostLimits;
  readonly streams: Streams;
  /** Requests that an Intake let in, by the metadata of their calls. */
  readonly arrivals: WeakMap<grpc.Metadata, Arrival>;
}

/** A call of any shape, as far as serving it goes. */
export interface IncomingCall {
  readonly metadata: grpc.Metadata;
  getPeer(): string;
  getDeadline(): grpc.Deadline;
  sendMetadata(metadata: grpc.Metadata): void;
}

const anonymous: Caller = { kind: "anonymous" };

/** Who calls, if they may; asked before a byte of the request is decoded. */
export async function admitted(
  serving: Serving,
  rpc: Rpc,
  call: Pick<IncomingCall, "metadata">,
): Promise<Caller> {
  if (isPublic(rpc.permission)) return anonymous;
  const caller = await serving.authenticator.authenticate(call.metadata);
  requirePermission(rpc.permission, caller, rpc.name);
  return caller;
}

/** The request as its handler takes it: decoded, or the frame it came in. */
export function received(rpc: Rpc, bytes: unknown): unknown {
  const request = bytes as Buffer;
  const { read } = rpc.work ?? {};
  if (read === undefined) return decoded(rpc, request, rpc.definition.requestDeserialize);
  const frame: Frame<unknown> = {
    bytes: request.length,
    decode: () => decoded(rpc, request, read),
  };
  return frame;
}

/** The request, or "invalid" REQUEST_TOO_LARGE or REQUEST_MALFORMED. Calls arrive undecoded. */
function decoded(rpc: Rpc, request: Buffer, read: ReadBytes<unknown>): unknown {
  if (request.length > rpc.requestBytesMax) {
    const sentence = `${rpc.name} takes at most ${rpc.requestBytesMax} bytes in one message.`;
    throw new DomainError("invalid", "REQUEST_TOO_LARGE", sentence, { rpc: rpc.name });
  }
  try {
    return read(request);
  } catch (cause) {
    const sentence = `This is not the message ${rpc.name} takes.`;
    throw new DomainError("invalid", "REQUEST_MALFORMED", sentence, { rpc: rpc.name }, { cause });
  }
}

/** The work of an RPC, or UNIMPLEMENTED naming it. */
export function builtWork<S extends NonNullable<Rpc["work"]>["shape"]>(rpc: Rpc, shape: S) {
  if (rpc.work?.shape !== shape) throw notBuilt(rpc);
  return rpc.work as Extract<NonNullable<Rpc["work"]>, { shape: S }>;
}

/** Milliseconds since 1970; Infinity if the caller named no deadline. */
export function namedDeadline(call: IncomingCall): number {
  const deadline = call.getDeadline();
  return typeof deadline === "number" ? deadline : deadline.getTime();
}

/** The scope everything done for this call runs in. */
export function scopeOf(call: IncomingCall, deadlineMs: number): CallScope {
  return new IncomingScope(call.metadata.get("traceparent")[0]?.toString(), deadlineMs);
}

/** Counts, times and, at debug, logs a call that has been answered. */
export function ended(
  { logger }: Serving,
  { meter, rpc, call, startMs }: { meter: RpcMeter; rpc: Rpc; call: IncomingCall; startMs: number },
  code: status,
): void {
  const ms = performance.now() - startMs;
  meter.ended(code, ms / 1000);
  if (!logger.isLevelEnabled("debug")) return;
  const told = { rpc: rpc.name, code: status[code], ms: Math.round(ms * 10) / 10 };
  logger.debug({ ...told, peer: call.getPeer() }, "call");
}

/** What the caller is told; what they are not told is logged here, with its cause. */
export function refusal(serving: Serving, rpc: Rpc, error: unknown): grpc.ServerErrorResponse {
  const told = toGrpcError(error);
  if (told.code === status.INTERNAL) {
    serving.logger.error({ err: error, rpc: rpc.name }, "a call failed unexpectedly");
  } else if (told.code === status.UNAVAILABLE) {
    serving.logger.warn({ err: error, rpc: rpc.name }, "a call could not be served");
  }
  return told;
}

/** The code of a call whose caller no longer listens. */
export function unheardCode(deadlineMs: number): status {
  return Date.now() >= deadlineMs ? status.DEADLINE_EXCEEDED : status.CANCELLED;
}
