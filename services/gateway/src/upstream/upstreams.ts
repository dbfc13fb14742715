import type { DescMethod } from "@bufbuild/protobuf";
import type { ClientReadableStream, Metadata } from "@grpc/grpc-js";
import type { Logger, Platform } from "@tollbook/service";
import { type Client, createClient, fromGrpcError } from "@tollbook/service/client";
import type { GatewayConfig } from "../config.ts";
import type { ApiRoute } from "../contract/api-route.ts";
import { inJsonNames } from "./json-names.ts";
import { type RawService, rawService, rpcPath } from "./raw-service.ts";

/** What goes along with a call. */
export interface UpstreamCall {
  metadata: Metadata;
  /** Aborted when the HTTP caller has gone. */
  signal: AbortSignal;
}

/** The services behind the web door, called with bytes. Fails with DomainErrors. */
export interface Upstreams {
  unary(method: DescMethod, request: Uint8Array, call: UpstreamCall): Promise<Uint8Array>;
  stream(method: DescMethod, request: Uint8Array, call: UpstreamCall): AsyncIterable<Uint8Array>;
  close(): void;
}

export interface UpstreamsNeeds {
  config: GatewayConfig;
  logger: Logger;
  metrics: Platform["metrics"];
}

/** One client, with its own breaker, for each service the routes lead to. */
export function connectUpstreams(routes: readonly ApiRoute[], needs: UpstreamsNeeds): Upstreams {
  const methods = routes.map(({ method }) => method);
  const names = new Set(methods.map(upstreamName));
  const clients = new Map([...names].map((name) => [name, connect(name, methods, needs)]));
  const clientOf = (method: DescMethod) => {
    const client = clients.get(upstreamName(method));
    if (client === undefined) throw new Error(`nobody serves ${rpcPath(method)}`);
    return client;
  };
  const { downloadWithinMs } = needs.config;
  return {
    unary: (method, request, call) => callUnary(clientOf(method), method, request, call),
    stream: (method, request, call) =>
      callStream(clientOf(method), method, request, { ...call, deadlineMs: downloadWithinMs }),
    close: () => {
      for (const client of clients.values()) client.close();
    },
  };
}

type UpstreamName = "auth" | "metering" | "billing" | "notifier";

/** Which service answers for a package: its own name, but the gate is hosted by auth. */
const servedBy: Readonly<Record<string, UpstreamName>> = {
  "tollbook.auth.v1": "auth",
  "tollbook.gate.v1": "auth",
  "tollbook.metering.v1": "metering",
  "tollbook.billing.v1": "billing",
  "tollbook.notifier.v1": "notifier",
};

function upstreamName({ parent }: DescMethod): UpstreamName {
  const name = servedBy[parent.file.proto.package];
  if (name === undefined) throw new Error(`${parent.typeName} is routed and served by nobody`);
  return name;
}

function connect(
  name: UpstreamName,
  methods: readonly DescMethod[],
  { config, logger, metrics }: UpstreamsNeeds,
): Client<RawService> {
  const own = methods.filter((method) => upstreamName(method) === name);
  return createClient(rawService(name, own), {
    address: config[`${name}Address`],
    deadlineMs: config.answerWithinMs,
    logger,
    metrics,
  });
}

type UnaryMethod = (request: Uint8Array, call: UpstreamCall) => Promise<Uint8Array>;

function callUnary(
  client: Client<RawService>,
  method: DescMethod,
  request: Uint8Array,
  call: UpstreamCall,
): Promise<Uint8Array> {
  const send = client[rpcPath(method)] as unknown as UnaryMethod;
  return send(request, call).catch((error: unknown) => {
    throw inJsonNames(error);
  });
}

type StreamMethod = (
  request: Uint8Array,
  call: UpstreamCall & { deadlineMs: number },
) => Promise<ClientReadableStream<Uint8Array>>;

async function* callStream(
  client: Client<RawService>,
  method: DescMethod,
  request: Uint8Array,
  call: UpstreamCall & { deadlineMs: number },
): AsyncGenerator<Uint8Array> {
  const open = client[rpcPath(method)] as unknown as StreamMethod;
  try {
    yield* (await open(request, call)) as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw inJsonNames(fromGrpcError(error));
  }
}
