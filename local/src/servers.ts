import { join } from "node:path";
import type { LocalConfig } from "./config.ts";
import { keepRunning } from "./keep-running.ts";
import {
  findNatsServer,
  type Mailbox,
  type Nats,
  type Postgres,
  startMailbox,
  startNats,
  startPostgres,
} from "./parts/index.ts";

/** The servers the services stand on. */
export interface Servers {
  postgres: Postgres;
  nats: Nats | undefined;
  mailbox: Mailbox;
  stop(): Promise<void>;
  /** Without order, at once: PostgreSQL recovers at the next start. */
  kill(): Promise<void>;
}

/** Starts PostgreSQL, NATS and the mailbox at once; if one fails, the others are stopped again. */
export async function startServers(
  folder: string,
  config: LocalConfig,
  say: (line: string) => void,
): Promise<Servers> {
  const starting = [
    keepRunning(
      "PostgreSQL",
      (port = config.postgresPort) => startPostgres({ dataFolder: join(folder, "postgres"), port }),
      say,
    ),
    startNatsUnlessUnwanted(folder, config, say),
    startMailbox({
      smtpPort: config.smtpPort,
      httpPort: config.mailboxPort,
      folder: join(folder, "mailbox"),
    }),
  ] as const;
  const [postgres, nats, mailbox] = await Promise.allSettled(starting);
  const running = [mailbox, nats, postgres].flatMap((start) =>
    start.status === "fulfilled" && start.value ? [start.value] : [],
  );
  const stop = async () => {
    for (const server of running) await server.stop();
  };
  const failed = [postgres, nats, mailbox].find((start) => start.status === "rejected");
  if (failed) {
    await stop();
    throw failed.reason;
  }
  return {
    postgres: await starting[0],
    nats: await starting[1],
    mailbox: await starting[2],
    stop,
    kill: async () => {
      await Promise.all(running.map((server) => ("kill" in server ? server.kill() : undefined)));
    },
  };
}

async function startNatsUnlessUnwanted(
  folder: string,
  config: LocalConfig,
  say: (line: string) => void,
): Promise<Nats | undefined> {
  if (config.withoutNats) return undefined;
  const cacheFolder = join(folder, "cache");
  const binary = await findNatsServer({ cacheFolder, configuredPath: config.natsServer, say });
  const storeFolder = join(folder, "nats");
  const start = (port = config.natsPort) => startNats({ binary, storeFolder, port });
  return keepRunning("NATS", start, say);
}
