import * as grpc from "@grpc/grpc-js";
import type { Logger } from "pino";
import type { Registry } from "prom-client";
import { type BreakerOptions, createBreaker } from "./breaker.ts";
import { callUnary } from "./call-unary.ts";
import { channelOptions, targetOf } from "./channel.ts";
import { callOptions, outgoingMetadata } from "./outgoing.ts";

/** What every generated `…ServiceClient` of ts-proto has. */
export interface ClientConstructor<D extends grpc.ServiceDefinition> {
  readonly service: D;
  readonly serviceName: string;
}

/** Whom to call, as whom, and for how long to wait. */
export interface ClientOptions {
  /** `host:port`; every address it resolves to is used in turn. `https://host:port` for TLS. */
  address: string;
  /** The Bearer token of a call (without the word): `platform.credential`, or a root key. */
  credential?: () => Promise<string> | string;
  /** Deadline of a unary call that names none; never later than that of the call being served. */
  deadlineMs: number;
  /** `false` for a client whose caller wants every failure itself. */
  breaker?: BreakerOptions | false;
  logger: Logger;
  /** Where the breaker shows whether it is open. */
  metrics?: Registry;
  /** Largest answer in bytes; 8 MiB unless told otherwise. */
  receiveBytesMax?: number;
}

/** What may be said of one call. */
export interface CallOptions {
  /** For a stream: absent means no deadline. */
  deadlineMs?: number;
  /** The account a service acts for. */
  actFor?: string;
  metadata?: grpc.Metadata;
  /** Cancels the call. */
  signal?: AbortSignal;
}

type Codec = grpc.MethodDefinition<unknown, unknown>;
type RequestOf<M> = M extends { requestSerialize: (value: infer Q) => Buffer } ? Q : never;
type ResponseOf<M> = M extends { responseDeserialize: (bytes: Buffer) => infer R } ? R : never;

/** One method of a client: a promise for one answer, grpc-js's own streams for the rest. */
export type ClientMethod<M> = M extends { requestStream: true }
  ? (options?: CallOptions) => Promise<grpc.ClientDuplexStream<RequestOf<M>, ResponseOf<M>>>
  : M extends { responseStream: true }
    ? (
        request: RequestOf<M>,
        options?: CallOptions,
      ) => Promise<grpc.ClientReadableStream<ResponseOf<M>>>
    : (request: RequestOf<M>, options?: CallOptions) => Promise<ResponseOf<M>>;

/**
 * A client of one service. Unary methods reject with DomainErrors; when the breaker is open, with
 * "unavailable" DEPENDENCY_UNAVAILABLE at once. Streams are promised open, as grpc-js makes them:
 * `for await` over them throws grpc errors, which `fromGrpcError` turns into DomainErrors.
 */
export type Client<D> = { readonly [K in keyof D]: ClientMethod<D[K]> } & {
  /** Ends the connections; calls under way are cancelled. */
  close(): void;
};

/** Connects at the first call, and again whenever the connection is lost. */
export function createClient<D extends grpc.ServiceDefinition>(
  { service, serviceName }: ClientConstructor<D>,
  options: ClientOptions,
): Client<D> {
  const { target, credentials } = targetOf(options.address);
  const channel = new grpc.Client(target, credentials, channelOptions(options.receiveBytesMax));
  const breaker = createBreaker(serviceName, options);
  const methods = Object.entries<Codec>(service).map(([name, codec]) => {
    return [name, methodOf(channel, codec, options, breaker)] as const;
  });
  const close = () => {
    breaker.close();
    channel.close();
  };
  return { ...Object.fromEntries(methods), close } as Client<D>;
}

type Breaker = ReturnType<typeof createBreaker>;

function methodOf(channel: grpc.Client, codec: Codec, options: ClientOptions, breaker: Breaker) {
  const { path, requestSerialize, responseDeserialize } = codec;
  if (!codec.requestStream && !codec.responseStream) {
    return (request: unknown, call: CallOptions = {}) =>
      breaker.run(() => callUnary(channel, codec, request, options, call));
  }
  const prepared = async (call: CallOptions) => {
    const metadata = await outgoingMetadata(options, call);
    return [metadata, callOptions(call.deadlineMs)] as const;
  };
  if (codec.requestStream) {
    return async (call: CallOptions = {}) => {
      const said = await prepared(call);
      const serialize = requestSerialize;
      return cancelledBy(
        call.signal,
        channel.makeBidiStreamRequest(path, serialize, responseDeserialize, ...said),
      );
    };
  }
  return async (request: unknown, call: CallOptions = {}) => {
    const said = await prepared(call);
    return cancelledBy(
      call.signal,
      channel.makeServerStreamRequest(
        path,
        requestSerialize,
        responseDeserialize,
        request,
        ...said,
      ),
    );
  };
}

function cancelledBy<S extends { cancel(): void }>(signal: AbortSignal | undefined, stream: S): S {
  if (signal?.aborted) stream.cancel();
  else signal?.addEventListener("abort", () => stream.cancel(), { once: true });
  return stream;
}
