import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { StopStep } from "@tollbook/service";
import { processArguments } from "./config.ts";
import { environmentOf } from "./environment.ts";
import { type Backend, startGrpcRouter } from "./grpc-router.ts";
import type { OneProcess } from "./one-process.ts";
import { freePort } from "./parts/index.ts";
import { databaseServices, services } from "./services.ts";
import { waitUntilServing } from "./wait-until-serving.ts";

const checkout = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
/** The whole platform has 5 s to stop, PostgreSQL included. */
const stopWithinMs = 3_000;

/**
 * Runs each service as a process of its own, from the same code and settings as in a cluster. One
 * port routes by the gRPC service's name, as an ingress would.
 */
export async function runInManyProcesses(platform: OneProcess): Promise<StopStep[]> {
  const backends = await Promise.all(
    databaseServices.map(async (service) => ({ service, port: await freePort() })),
  );
  const children = services.map((service) => startService(service, platform, backends));
  const router = await startGrpcRouter(platform.addresses.grpc, backends, (time) =>
    platform.clock.travelTo(time),
  );
  const stopChildren = { name: "services", stop: () => stopAll(children) };
  const steps = [{ name: "router", stop: () => router.close() }, stopChildren];
  try {
    await waitUntilServing(backends, platform.addresses.http.port, children);
    return steps;
  } catch (error) {
    for (const { stop } of steps) await stop();
    throw error;
  }
}

function startService(
  service: string,
  { config, secrets, addresses, clock }: OneProcess,
  backends: readonly Backend[],
): ChildProcess {
  const own = backends.find((backend) => backend.service === service);
  const env = {
    PATH: processArguments().env.PATH,
    ...environmentOf(service, config, secrets, addresses),
    ...Object.fromEntries(backends.map(({ service: name, port }) => [addressName(name), at(port)])),
    TOLLBOOK_LISTEN: at(own?.port ?? 0),
    TOLLBOOK_TIME_CONTROL: String(config.timeControl),
    TOLLBOOK_TIME_OFFSET_MS: String(clock.offsetMs),
    TOLLBOOK_LOG_PRETTY: "true",
    TOLLBOOK_REFLECTION: "true",
    TOLLBOOK_DRAIN: "1s",
  };
  const main = join(checkout, "services", service, "src", "main.ts");
  // A process group of its own: Ctrl-C reaches us alone, and we stop them in order.
  const stdio: ("ignore" | "inherit")[] = ["ignore", "inherit", "inherit"];
  return spawn(process.execPath, [main], { env, stdio, detached: true });
}

async function stopAll(children: readonly ChildProcess[]): Promise<void> {
  await Promise.all(children.map(stopOne));
}

async function stopOne(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), stopWithinMs);
  await exited;
  clearTimeout(timer);
}

function addressName(service: string): string {
  return `TOLLBOOK_${service.toUpperCase()}_ADDRESS`;
}

function at(port: number): string {
  return `127.0.0.1:${port}`;
}
