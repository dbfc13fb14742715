import type { StopStep } from "@tollbook/service";
import { startFront } from "./front.ts";
import { type Backend, startGrpcRouter } from "./grpc-router.ts";
import type { OneProcess } from "./one-process.ts";
import { freePort } from "./parts/index.ts";
import { ServiceProcesses } from "./service-processes.ts";
import { services } from "./services.ts";

/** The gates that Tollbook hosts stand in auth. */
const backendOfPackage: Readonly<Record<string, string>> = { gate: "auth" };

/**
 * Runs each service as a process of its own, from the same code and settings as in a cluster. One
 * port routes by the gRPC service's name, as an ingress would. A service that ends is started
 * again; meanwhile calls to it are UNAVAILABLE, and the others go on.
 */
export async function runInManyProcesses(platform: OneProcess): Promise<StopStep[]> {
  const backends = await Promise.all(services.map(backendAtFreePorts));
  const processes = new ServiceProcesses(platform, backends);
  try {
    await processes.start();
    const [close, end] = await openDoors(platform, backends, processes);
    return [close, { name: "services", stop: () => processes.stop() }, end];
  } catch (error) {
    await processes.stop();
    throw error;
  }
}

async function backendAtFreePorts(service: string): Promise<Backend> {
  return { service, port: await freePort(), healthPort: await freePort() };
}

/** The doors of all: what closes them to new calls, and what ends the calls under way. */
async function openDoors(
  { addresses, clock, config }: OneProcess,
  backends: readonly Backend[],
  processes: ServiceProcesses,
): Promise<[StopStep, StopStep]> {
  const travel = (time: Date) => processes.travel(time);
  const { host, port } = await startFront({
    ...{ backends, clock, backendOf },
    travel: config.timeControl ? travel : undefined,
  });
  const portOf = (grpcService: string) => {
    const service = backendOf(grpcService);
    return backends.find((backend) => backend.service === service)?.port ?? port;
  };
  const router = await startGrpcRouter(addresses.grpc, portOf);
  const end = async () => {
    await router.destroy();
    await host.drain(0);
  };
  return [
    { name: "router", stop: () => router.close() },
    { name: "connections", stop: end },
  ];
}

/** `tollbook.metering.v1.UsageService` is metering's. */
function backendOf(grpcService: string): string {
  const [, name = ""] = /^tollbook\.(\w+)\./.exec(grpcService) ?? [];
  return backendOfPackage[name] ?? name;
}
