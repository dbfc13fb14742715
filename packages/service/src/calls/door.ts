import type * as grpc from "@grpc/grpc-js";
import type { Caller } from "./caller.ts";
import type { PermissionTable } from "./permission.ts";

/** One gRPC service with what answers it and who may call it. */
export interface Door {
  /** `UsageServiceService` as ts-proto generates it. */
  readonly service: grpc.ServiceDefinition;
  /** What is built, by ts-proto's method names; what is absent is answered UNIMPLEMENTED. */
  readonly implementation: Partial<grpc.UntypedServiceImplementation>;
  readonly permissions: PermissionTable;
  /** Largest request of an RPC in bytes, if below the server's limit: `{ Check: 65_536 }`. */
  readonly requestBytesMax?: Readonly<Record<string, number>>;
  /** Bounds on unary RPCs whose requests are large: `{ RecordUsage: … }`. */
  readonly intakes?: Readonly<Record<string, Intake>>;
}

/** Decides which requests of an RPC are taken in. */
export interface Intake {
  /**
   * Asked once a caller is let in and before a byte of its request is read. Throws a DomainError to
   * refuse. Nobody waits here: bytes that wait unread fill the window of their whole connection,
   * and the requests that are being read on it would get no further.
   */
  enter(): Admission;
}

/** One request that was let in, from its first byte to the end of its work. */
export interface Admission {
  /**
   * Told how many bytes the request has: as its first ones say, before the rest is read, and again
   * when it is there, if that is another number. Throws a DomainError to refuse it after all.
   */
  sized(bytes: number): void;
  /** Called once: its work has ended, or it will not come any more. */
  leave(): void;
}

/** A request as it came. Decoded it takes several times the room. */
export interface Frame<Read> {
  /** Its size on the wire, in bytes. */
  readonly bytes: number;
  /** Throws "invalid" REQUEST_TOO_LARGE or REQUEST_MALFORMED. */
  decode(): Read;
}

/** What a handler may want to know of its call besides request and caller. */
export interface CallContext {
  /** Aborted when the caller has gone or the deadline has passed; streams: also at a drain. */
  readonly signal: AbortSignal;
  /** Milliseconds since 1970 after which the caller no longer waits; Infinity if it never said. */
  readonly deadlineMs: number;
  readonly metadata: grpc.Metadata;
  /** Address of the connection's other end. */
  readonly peer: string;
  /** Sends headers ahead of the answer; only the first call has an effect. */
  sendMetadata(metadata: grpc.Metadata): void;
}

/** What answers one request. */
export type UnaryWork<Req, Res> = (request: Req, caller: Caller, call: CallContext) => Promise<Res>;
/** What answers one request many times; an async generator. */
export type ServerStreamWork<Req, Res> = (
  request: Req,
  caller: Caller,
  call: CallContext,
) => AsyncIterable<Res>;
/** What answers a stream of requests with a stream; an async generator. */
export type BidiWork<Req, Res> = (
  requests: AsyncIterable<Req>,
  caller: Caller,
  call: CallContext,
) => AsyncIterable<Res>;

/**
 * One request, one answer. The host authenticates and authorises before the request is decoded;
 * a thrown DomainError becomes its gRPC status with details, anything else INTERNAL.
 */
export function unary<Req, Res>(work: UnaryWork<Req, Res>): grpc.handleUnaryCall<Req, Res> {
  return marked({ shape: "unary", work: work as UnaryWork<unknown, unknown> });
}

/**
 * As `unary`, for a handler that decides itself when there is room to decode its request, and how:
 * `read` throws if the bytes are no `Req`.
 */
export function unaryFrame<Req, Read, Res>(
  read: ReadBytes<Read>,
  work: UnaryWork<Frame<Read>, Res>,
): grpc.handleUnaryCall<Req, Res> {
  return marked({ shape: "unary", read, work: work as UnaryWork<unknown, unknown> });
}

/** One request, many answers, written as fast as the caller reads. */
export function serverStream<Req, Res>(
  work: ServerStreamWork<Req, Res>,
): grpc.handleServerStreamingCall<Req, Res> {
  const stream = work as ServerStreamWork<unknown, unknown>;
  return marked({ shape: "server-stream", work: stream });
}

/** Many requests, many answers; requests are read as fast as the handler asks for them. */
export function bidi<Req, Res>(work: BidiWork<Req, Res>): grpc.handleBidiStreamingCall<Req, Res> {
  return marked({ shape: "bidi", work: work as BidiWork<unknown, unknown> });
}

/** As `bidi`, for a handler that decides itself when to decode a request, and how. */
export function bidiFrames<Req, Read, Res>(
  read: ReadBytes<Read>,
  work: BidiWork<Frame<Read>, Res>,
): grpc.handleBidiStreamingCall<Req, Res> {
  return marked({ shape: "bidi", read, work: work as BidiWork<unknown, unknown> });
}

/** Makes of a request's bytes what a handler takes, or throws. */
export type ReadBytes<Read> = (bytes: Buffer) => Read;

/** A handler before the host has put authentication, limits and metrics around it. */
export type Work = { /** For a handler of frames. */ read?: ReadBytes<unknown> } & (
  | { shape: "unary"; work: UnaryWork<unknown, unknown> }
  | { shape: "server-stream"; work: ServerStreamWork<unknown, unknown> }
  | { shape: "bidi"; work: BidiWork<unknown, unknown> }
);

const works = new WeakMap<object, Work>();

/** The work behind a handler made by `unary`, `serverStream` or `bidi`. */
export function workOf(handler: unknown): Work | undefined {
  return typeof handler === "function" ? works.get(handler) : undefined;
}

/** A function grpc-js would accept, that only our host can run: no call skips the permissions. */
function marked(work: Work): () => never {
  const handler = (): never => {
    throw new Error("this handler is served by createGrpcHost, not by a bare grpc.Server");
  };
  works.set(handler, work);
  return handler;
}
