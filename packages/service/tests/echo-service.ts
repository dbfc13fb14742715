import type * as grpc from "@grpc/grpc-js";
import { bidi, type Door, serverStream, unary } from "@tollbook/service";

/** A service of the tests' own: JSON on the wire, every shape of RPC, and one that is not built. */
export const EchoService = {
  say: method<Words, Words, false, false>("Say", false, false),
  count: method<{ upTo: number }, { at: number }, false, true>("Count", false, true),
  talk: method<Words, Words, true, true>("Talk", true, true),
  later: method<Words, Words, false, false>("Later", false, false),
};

export const EchoClient = { service: EchoService, serviceName: "tollbook.test.v1.EchoService" };

export interface Words {
  text: string;
}

type Say = Parameters<typeof unary<Words, Words>>[0];
type Count = Parameters<typeof serverStream<{ upTo: number }, { at: number }>>[0];
type Talk = Parameters<typeof bidi<Words, Words>>[0];

/** The echo's door, with what a test wants to happen behind it. */
export function echoDoor(
  behaviour: { say?: Say; count?: Count; talk?: Talk } = {},
  permissions: Door["permissions"] = openToAll,
): Door {
  const say: Say = behaviour.say ?? (async ({ text }) => ({ text }));
  return {
    service: EchoService,
    implementation: {
      say: unary(say),
      ...(behaviour.count && { count: serverStream(behaviour.count) }),
      ...(behaviour.talk && { talk: bidi(behaviour.talk) }),
    },
    permissions,
    requestBytesMax: { Say: 64 * 1024 },
  };
}

export const openToAll: Door["permissions"] = {
  Say: { public: true },
  Count: { public: true },
  Talk: { public: true },
  Later: { public: true },
};

function method<Q, R, QS extends boolean, RS extends boolean>(
  name: string,
  requestStream: QS,
  responseStream: RS,
): grpc.MethodDefinition<Q, R> & { requestStream: QS; responseStream: RS } {
  return {
    path: `/tollbook.test.v1.EchoService/${name}`,
    requestStream,
    responseStream,
    requestSerialize: (value: Q): Buffer => Buffer.from(JSON.stringify(value)),
    requestDeserialize: (bytes: Buffer): Q => JSON.parse(bytes.toString()) as Q,
    responseSerialize: (value: R): Buffer => Buffer.from(JSON.stringify(value)),
    responseDeserialize: (bytes: Buffer): R => JSON.parse(bytes.toString()) as R,
  };
}
