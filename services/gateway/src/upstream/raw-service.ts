import type { DescMethod } from "@bufbuild/protobuf";
import type { ServiceDefinition } from "@grpc/grpc-js";
import type { ClientConstructor } from "@tollbook/service/client";

/** A service whose requests and answers stay bytes: the gateway encodes them by the contract. */
export type RawService = ServiceDefinition;

/** Path of an RPC on the wire, and its name in a raw service: `/tollbook.auth.v1.KeyService/GetKey`. */
export function rpcPath({ parent, name }: DescMethod): string {
  return `/${parent.typeName}/${name}`;
}

/** A client constructor for these RPCs, as if generated; `name` is what breaker and logs show. */
export function rawService(
  name: string,
  methods: readonly DescMethod[],
): ClientConstructor<RawService> {
  const definitions = methods.map((method) => {
    const path = rpcPath(method);
    return [path, { path, ...shape(method), ...bytesBothWays }] as const;
  });
  return { serviceName: name, service: Object.fromEntries(definitions) };
}

/** grpc-js writes Buffers; this is the same memory under another class. */
const asTheyAre = (bytes: Uint8Array): Buffer =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const bytesBothWays = {
  requestSerialize: asTheyAre,
  requestDeserialize: asTheyAre,
  responseSerialize: asTheyAre,
  responseDeserialize: asTheyAre,
};

function shape({ methodKind }: DescMethod): { requestStream: false; responseStream: boolean } {
  return { requestStream: false, responseStream: methodKind === "server_streaming" };
}
