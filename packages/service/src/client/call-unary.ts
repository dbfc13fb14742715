import type * as grpc from "@grpc/grpc-js";
import { fromGrpcError } from "../errors/from-grpc-error.ts";
import type { CallOptions, ClientOptions } from "./create-client.ts";
import { callOptions, outgoingMetadata } from "./outgoing.ts";

/** One unary call as a promise; rejects with a DomainError. */
export async function callUnary(
  channel: grpc.Client,
  codec: grpc.MethodDefinition<unknown, unknown>,
  request: unknown,
  options: ClientOptions,
  call: CallOptions,
): Promise<unknown> {
  const metadata = await outgoingMetadata(options, call);
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const sent = channel.makeUnaryRequest(
    codec.path,
    codec.requestSerialize,
    codec.responseDeserialize,
    request,
    metadata,
    callOptions(call.deadlineMs ?? options.deadlineMs),
    (error, answer) => (error ? reject(fromGrpcError(error)) : resolve(answer)),
  );
  const { signal } = call;
  if (signal === undefined) return promise;
  const cancel = () => sent.cancel();
  if (signal.aborted) cancel();
  signal.addEventListener("abort", cancel, { once: true });
  return promise.finally(() => signal.removeEventListener("abort", cancel));
}
