import {
  loadSecrets,
  localSettings,
  openBusinessClock,
  prepareDatabases,
  ServiceProcesses,
  startServers,
} from "@tollbook/local";
import { freePort, throwawayFolder } from "@tollbook/local/parts";
import { readConfig } from "@tollbook/service";
import { handedOn } from "@tollbook/testing";
import { handOn } from "../../config.ts";

/** The services a measurement needs, each a process of its own, on servers that keep what they commit. */
export interface World {
  readonly ports: Readonly<Record<"auth" | "billing" | "metering", number>>;
  readonly meteringPid: number;
  /** The postmaster. */
  readonly postgresPid: number;
  readonly natsUrl: string;
  /** The superuser, on metering's own database. */
  readonly meteringUrl: string;
  /** The superuser, on the database `postgres`. */
  readonly adminUrl: string;
  stop(): Promise<void>;
}

/** What a world is like. */
export interface WorldOptions {
  /** Whether each event is kept for the live log. */
  readonly rawEvents: boolean;
  readonly say: (line: string) => void;
}

const services = ["auth", "billing", "metering"] as const;

/** Starts PostgreSQL with fsync, NATS, and the services on free ports of the loopback. */
export async function startWorld({ rawEvents, say }: WorldOptions): Promise<World> {
  handOn({ TOLLBOOK_METERING_RAW_EVENT_DAYS: rawEvents ? "7" : "0" });
  const { path, remove } = throwawayFolder();
  const config = readConfig(localSettings, {
    ...{ TOLLBOOK_HTTP_PORT: "0", TOLLBOOK_GRPC_PORT: "0", TOLLBOOK_SMTP_PORT: "0" },
    ...{ TOLLBOOK_MAILBOX_PORT: "0", TOLLBOOK_NATS_SERVER: handedOn().natsServer },
  });
  const secrets = await loadSecrets(path);
  const servers = await startServers(path, config, say);
  const databases = await prepareDatabases(servers.postgres.adminUrl, secrets);
  const backends = await Promise.all(services.map(backendAtFreePorts));
  const addresses = {
    ...{ databases, grpc: "127.0.0.1:1", http: { host: "127.0.0.1", port: 1 } },
    ...{ nats: servers.nats?.url ?? "", smtp: "smtp://127.0.0.1:1" },
  };
  const clock = openBusinessClock(path, config);
  const processes = new ServiceProcesses({ config, secrets, addresses, clock, say }, backends);
  const stop = async () => {
    await processes.stop();
    await servers.stop();
    remove();
  };
  try {
    await processes.start();
  } catch (error) {
    await stop();
    throw error;
  }
  const portOf = (name: string) => backends.find(({ service }) => service === name)?.port ?? 0;
  const { adminUrl } = servers.postgres;
  return {
    ports: { auth: portOf("auth"), billing: portOf("billing"), metering: portOf("metering") },
    meteringPid: processes.pidOf("metering") ?? 0,
    postgresPid: servers.postgres.pid,
    natsUrl: addresses.nats,
    ...{ adminUrl, meteringUrl: onDatabase(adminUrl, databases.metering?.url ?? "") },
    stop,
  };
}

async function backendAtFreePorts(service: string) {
  return { service, port: await freePort(), healthPort: await freePort() };
}

/** The same user, on the database of another URL. */
function onDatabase(adminUrl: string, serviceUrl: string): string {
  const url = new URL(adminUrl);
  url.pathname = new URL(serviceUrl).pathname;
  return url.href;
}
