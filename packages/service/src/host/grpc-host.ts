import * as grpc from "@grpc/grpc-js";
import type { Logger } from "pino";
import type { Registry } from "prom-client";
import type { Door } from "../calls/door.ts";
import type { Authenticator } from "../credentials/authenticator.ts";
import { beforeReading } from "./before-reading.ts";
import { grpcLog } from "./grpc-log.ts";
import { CheckedHealth, type Health } from "./health.ts";
import { defaultLimits, type HostLimits, serverOptions } from "./limits.ts";
import { addReflection } from "./reflection.ts";
import { type Rpc, rpcsOf } from "./rpc.ts";
import { rpcMetrics } from "./rpc-metrics.ts";
import { serveBidi, serveServerStream } from "./serve-stream.ts";
import { serveUnary } from "./serve-unary.ts";
import type { Serving } from "./serving.ts";
import { Streams } from "./streams.ts";

/** One gRPC server: the doors of one or more services, with everything around them. */
export interface GrpcHost {
  /** Throws an Error if an RPC has no row in the permission table, or a row has no RPC. */
  add(door: Door): void;
  /** Starts serving on `host:port`; port 0 picks a free one. Returns the port. */
  listen(address: string): Promise<number>;
  /**
   * Stops in order: no longer ready, no new connections, streams end at a message boundary, calls
   * finish. What is left after `graceMs` is cut.
   */
  drain(graceMs: number): Promise<void>;
  readonly health: Health;
}

/** What a host stands on. */
export interface GrpcHostOptions {
  authenticator: Authenticator;
  logger: Logger;
  metrics: Registry;
  /** The buf image of the contracts; reflection is served only if it is given. */
  reflectionImage?: Uint8Array;
  /** What reflection lists besides the doors: services of others behind the same address. */
  alsoListed?: readonly string[];
  limits?: Partial<HostLimits>;
}

/** Makes a host; it serves nothing until `add` and `listen`. */
export function createGrpcHost(options: GrpcHostOptions): GrpcHost {
  const { authenticator, logger, reflectionImage } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const metrics = rpcMetrics(options.metrics);
  const [streams, arrivals] = [new Streams(), new WeakMap()];
  const serving: Serving = { authenticator, logger, metrics, limits, streams, arrivals };
  const intakes = new Map<string, Rpc>();
  const interceptors = [beforeReading(serving, intakes)];
  grpc.setLogger(grpcLog(logger));
  const server = new grpc.Server({ ...serverOptions(limits), interceptors });
  const health = new CheckedHealth(logger, server);
  const services: string[] = [...(options.alsoListed ?? [])];
  if (reflectionImage) addReflection(server, reflectionImage, () => services);
  return {
    health,
    add: (door) => {
      const rpcs = rpcsOf(door, limits.receiveBytesMax);
      for (const rpc of rpcs) if (rpc.intake) intakes.set(rpc.definition.path, rpc);
      server.addService(undecodedService(door, rpcs), handlersOf(serving, door, rpcs));
      services.push(...new Set(rpcs.map(({ service }) => service)));
    },
    listen: async (address) => {
      const port = await bound(server, address);
      await health.start();
      return port;
    },
    drain: async (graceMs) => {
      const checked = health.drain();
      serving.streams.drain();
      await shutDown(server, graceMs, logger);
      await checked;
    },
  };
}

/** The service as it is, but with requests left as bytes: they are decoded after admission. */
function undecodedService(door: Door, rpcs: readonly Rpc[]): grpc.ServiceDefinition {
  const requestDeserialize = (bytes: Buffer) => bytes;
  const keys = Object.keys(door.service);
  return Object.fromEntries(
    rpcs.map(({ definition }, i) => [keys[i], { ...definition, requestDeserialize }]),
  );
}

function handlersOf(
  serving: Serving,
  door: Door,
  rpcs: readonly Rpc[],
): grpc.UntypedServiceImplementation {
  const keys = Object.keys(door.service);
  return Object.fromEntries(rpcs.map((rpc, i) => [keys[i], handlerOf(serving, rpc)]));
}

function handlerOf(serving: Serving, rpc: Rpc): grpc.UntypedHandleCall {
  const { requestStream, responseStream } = rpc.definition;
  if (!responseStream && !requestStream) return serveUnary(serving, rpc);
  if (responseStream && !requestStream) return serveServerStream(serving, rpc);
  if (responseStream) return serveBidi(serving, rpc);
  throw new Error(`${rpc.name} streams requests to one answer: no contract of ours does`);
}

function bound(server: grpc.Server, address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(address, grpc.ServerCredentials.createInsecure(), (error, port) => {
      if (error) reject(error);
      else resolve(port);
    });
  });
}

async function shutDown(server: grpc.Server, graceMs: number, logger: Logger): Promise<void> {
  const { promise: done, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(() => {
    logger.warn({ graceMs }, "calls were cut at the end of the grace");
    server.forceShutdown();
    destroySessions(server);
    resolve();
  }, graceMs);
  server.tryShutdown(() => resolve());
  await done;
  clearTimeout(timer);
}

/**
 * Ends every connection at once. grpc-js 1.14's forceShutdown means to, but finds the connections
 * only while channelz keeps a list of them, which would cost something on each call.
 */
function destroySessions(server: grpc.Server): void {
  const { http2Servers } = server as unknown as {
    http2Servers?: ReadonlyMap<unknown, { sessions: ReadonlySet<{ destroy(): void }> }>;
  };
  for (const { sessions } of http2Servers?.values() ?? []) {
    for (const session of sessions) session.destroy();
  }
}
