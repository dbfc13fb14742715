import type { TravellingClock } from "@tollbook/domain";
import type { JSONWebKeySet } from "jose";
import type { Logger } from "pino";
import type { Registry } from "prom-client";
import type { Door } from "../calls/door.ts";
import { createAuthenticator } from "../credentials/authenticator.ts";
import type { CredentialSource } from "../credentials/credential-source.ts";
import { createGrpcHost, type GrpcHost } from "../host/grpc-host.ts";
import type { HostLimits } from "../host/limits.ts";
import { timeDoor } from "../host/time-door.ts";
import type { ServiceParts } from "./parts.ts";
import type { StopStep } from "./shutdown.ts";

/** The services to host and what they share. */
export interface HostPartsOptions {
  parts: readonly ServiceParts[];
  /** Where credentials are looked up when no part is auth. */
  credentials?: CredentialSource;
  /** Public keys of all services. */
  jwks: JSONWebKeySet;
  /** `eventFeedDoor` of @tollbook/events; asked once, with the sources of all parts. */
  eventFeedDoor?: (sources: never[]) => Door;
  /** With it, the host also serves tollbook.local.v1.TimeService. */
  timeControl?: TravellingClock;
  reflectionImage?: Uint8Array;
  limits?: Partial<HostLimits>;
  /** `host:port`. */
  address: string;
  drainMs: number;
  logger: Logger;
  metrics: Registry;
}

/** A host at work. */
export interface HostedParts {
  readonly host: GrpcHost;
  readonly port: number;
  forgetRootKey(rootKeyId: string): void;
  /** In the order to stop in: doors, then the parts, last assembled first. */
  readonly stopSteps: readonly StopStep[];
}

/** Serves one or more services on one port: doors open first, then each part starts its work. */
export async function hostParts(options: HostPartsOptions): Promise<HostedParts> {
  const { parts, logger, metrics } = options;
  const credentials = parts.find((part) => part.credentials)?.credentials ?? options.credentials;
  if (credentials === undefined) throw new Error("nobody here can look credentials up");
  const authenticator = createAuthenticator({
    resolveRootKey: (sha256) => credentials.resolveRootKey(sha256),
    sessionKeys: () => credentials.sessionKeys(),
    serviceKeys: options.jwks,
  });
  const { reflectionImage, limits } = options;
  const host = createGrpcHost({
    authenticator,
    logger,
    metrics,
    ...(reflectionImage && { reflectionImage }),
    ...(limits && { limits }),
  });
  for (const { name, doors, checks } of parts) {
    for (const door of doors) host.add(door);
    host.health.add(name, doors.map(serviceName), checks);
  }
  for (const door of sharedDoors(options)) host.add(door);
  const port = await host.listen(options.address);
  for (const part of parts) await part.start();
  logger.info({ port, services: parts.map(({ name }) => name) }, "serving");
  const { drainMs } = options;
  return {
    host,
    port,
    forgetRootKey: (rootKeyId) => authenticator.forgetRootKey(rootKeyId),
    stopSteps: [
      { name: "doors", stop: () => host.drain(drainMs) },
      ...[...parts].reverse().map((part) => ({ name: part.name, stop: () => part.stop() })),
    ],
  };
}

/** Doors that stand once in a process, however many services it hosts. */
function sharedDoors({ parts, eventFeedDoor, timeControl }: HostPartsOptions): Door[] {
  const sources = parts.map(({ eventSource }) => eventSource).filter((source) => source != null);
  return [
    ...(eventFeedDoor && sources.length > 0 ? [eventFeedDoor(sources as never[])] : []),
    ...(timeControl ? [timeDoor(timeControl)] : []),
  ];
}

function serviceName(door: Door): string {
  const [, service = ""] = Object.values(door.service)[0]?.path.split("/") ?? [];
  return service;
}
