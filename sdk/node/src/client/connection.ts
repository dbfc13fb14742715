import {
  ChannelCredentials,
  type ChannelOptions,
  Client,
  type ClientReadableStream,
  Metadata,
  type MethodDefinition,
} from "@grpc/grpc-js";
import { rpcError } from "./rpc-error.ts";
import type { Target } from "./target.ts";

/** One connection to Tollbook, as the account whose root key it carries. */
export interface Connection {
  /** One answer within `deadlineMs`; rejects with a DomainError. */
  call<Q, R>(method: MethodDefinition<Q, R>, request: Q, deadlineMs: number): Promise<R>;
  /** Many answers, until `signal` aborts; ends with a DomainError if it breaks. */
  stream<Q, R>(method: MethodDefinition<Q, R>, request: Q, signal: AbortSignal): AsyncIterable<R>;
  close(): void;
}

/** The gate repeats what is worth repeating, so grpc-js does not. */
const channelOptions: ChannelOptions = {
  "grpc.enable_retries": 0,
  "grpc.enable_channelz": 0,
  "grpc.service_config_disable_resolution": 1,
  "grpc.keepalive_time_ms": 20_000,
  "grpc.keepalive_timeout_ms": 5_000,
  "grpc.initial_reconnect_backoff_ms": 100,
  "grpc.max_reconnect_backoff_ms": 5_000,
};

/** Connects at the first call, and again whenever the connection is lost. */
export function connect({ address, tls }: Target, rootKey: string): Connection {
  const credentials = tls ? ChannelCredentials.createSsl() : ChannelCredentials.createInsecure();
  const client = new Client(address, credentials, channelOptions);
  const metadata = new Metadata();
  metadata.set("authorization", `Bearer ${rootKey}`);
  return {
    call({ path, requestSerialize, responseDeserialize }, request, deadlineMs) {
      const options = { deadline: Date.now() + deadlineMs };
      const { promise, resolve, reject } = Promise.withResolvers<never>();
      client.makeUnaryRequest(
        ...([path, requestSerialize, responseDeserialize, request, metadata, options] as const),
        (error, answer) => (error ? reject(rpcError(error)) : resolve(answer as never)),
      );
      return promise;
    },
    stream({ path, requestSerialize, responseDeserialize }, request, signal) {
      const stream = client.makeServerStreamRequest(
        ...([path, requestSerialize, responseDeserialize, request, metadata] as const),
      );
      return messagesOf(stream, signal);
    },
    close: () => client.close(),
  };
}

async function* messagesOf<R>(
  stream: ClientReadableStream<R>,
  signal: AbortSignal,
): AsyncIterable<R> {
  const cancel = () => stream.cancel();
  if (signal.aborted) cancel();
  signal.addEventListener("abort", cancel, { once: true });
  try {
    for await (const message of stream) yield message as R;
  } catch (error) {
    throw rpcError(error);
  } finally {
    signal.removeEventListener("abort", cancel);
    cancel();
  }
}
