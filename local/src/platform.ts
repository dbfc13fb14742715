import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { StopStep } from "@tollbook/service";
import { openBusinessClock } from "./business-clock.ts";
import type { LocalConfig } from "./config.ts";
import { buildDashboard } from "./dashboard.ts";
import { prepareDatabases } from "./databases.ts";
import type { Addresses } from "./environment.ts";
import { runInManyProcesses } from "./many-processes.ts";
import { runInOneProcess } from "./one-process.ts";
import { freePort, makeFolder, stateFolder } from "./parts/index.ts";
import { requireFreePorts } from "./ports.ts";
import { loadSecrets } from "./secrets.ts";
import { type Servers, startServers } from "./servers.ts";

export interface PlatformOptions {
  config: LocalConfig;
  /** Each service as its own process. */
  processes: boolean;
  /** Told what takes longer than a moment. */
  say: (line: string) => void;
}

export interface RunningPlatform {
  http: string;
  grpc: string;
  mailbox: string;
  smtp: string;
  postgres: string;
  nats: string;
  folder: string;
  /** In the order to stop in: doors, services, NATS, PostgreSQL. */
  stopSteps: StopStep[];
  /** Ends what `stopSteps` did not end in time. */
  kill(): Promise<void>;
}

const checkout = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const loopback = "127.0.0.1";

/** Starts the whole platform: servers, databases, services. What was started is stopped if it fails. */
export async function startPlatform(options: PlatformOptions): Promise<RunningPlatform> {
  const { config, say } = options;
  await requireFreePorts(config);
  const folder = config.stateFolder ? makeFolder(config.stateFolder) : stateFolder(checkout);
  const secrets = await loadSecrets(folder);
  const clock = openBusinessClock(folder, config);
  const [servers] = await Promise.all([startServers(folder, config, say), buildDashboard(say)]);
  try {
    const databases = await prepareDatabases(servers.postgres.adminUrl, secrets);
    const addresses = await addressesOf(config, servers, databases);
    const run = options.processes ? runInManyProcesses : runInOneProcess;
    const steps = await run({ config, secrets, addresses, clock, say });
    return running(folder, servers, addresses, steps);
  } catch (error) {
    await servers.stop();
    throw error;
  }
}

async function addressesOf(
  config: LocalConfig,
  servers: Servers,
  databases: Addresses["databases"],
): Promise<Addresses> {
  return {
    databases,
    grpc: `${loopback}:${config.grpcPort || (await freePort())}`,
    http: { host: loopback, port: config.httpPort || (await freePort()) },
    // Nothing listens on port 1: without NATS the bus waits for ever, and nothing waits for it.
    nats: servers.nats?.url ?? `nats://${loopback}:1`,
    smtp: `smtp://${loopback}:${servers.mailbox.smtpPort}`,
  };
}

function running(
  folder: string,
  servers: Servers,
  { grpc, http, smtp }: Addresses,
  steps: StopStep[],
): RunningPlatform {
  const { postgres, nats, mailbox } = servers;
  return {
    http: `http://${http.host}:${http.port}`,
    grpc,
    mailbox: mailbox.url,
    smtp: smtp.replace("smtp://", ""),
    postgres: `${loopback}:${postgres.port}`,
    nats: nats?.url ?? "none",
    folder,
    kill: () => servers.kill(),
    stopSteps: [...steps, { name: "servers", stop: () => servers.stop() }],
  };
}
