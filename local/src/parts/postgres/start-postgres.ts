import { dirname, join, resolve } from "node:path";
import { claimFolder } from "../claim-folder.ts";
import { freePort, portBecomesFree } from "../free-port.ts";
import { makeFolder } from "../make-folder.ts";
import { rootStateFolder } from "../state-folder.ts";
import { stopProcess } from "../stop-process.ts";
import { initCluster } from "./init-cluster.ts";
import { launchPostmaster } from "./launch-postmaster.ts";
import { sharedBuffers } from "./memory-share.ts";
import { postgresAccount } from "./postgres-account.ts";
import { postgresBinaries } from "./postgres-binaries.ts";
import { stopStalePostgres } from "./stale-postgres.ts";

export interface PostgresOptions {
  /** Everything of this server lies in here: the cluster, its log, its superuser's password. */
  dataFolder: string;
  /** 0 or left out: a free one. */
  port?: number;
  /** Settings of postgresql.conf over ours: `{ fsync: "off" }` for a cluster thrown away after. */
  settings?: Readonly<Record<string, string>>;
}

export interface Postgres {
  /** The connection URL of a role on a database of this server. */
  url(user: string, password: string, database: string): string;
  /** The superuser's connection URL, to the database `postgres`. */
  adminUrl: string;
  port: number;
  /** The postmaster's process id. */
  pid: number;
  /** Settles when the server has ended, asked or not, with how. */
  ended: Promise<string>;
  /** Ends sessions and stops in order; past 4 s without order, which the next start recovers. */
  stop(): Promise<void>;
  /** `kill -9`, for tests of what survives it. */
  kill(): Promise<void>;
}

/** The whole platform has 5 s to stop. */
const stopWithinMs = 4_000;
/** A stopped server's port may linger for a moment. */
const portWithinMs = 1_000;

/** For one small machine, where everything else runs too. */
const ourSettings = {
  listen_addresses: "127.0.0.1",
  // TCP only: a socket's path may have 107 bytes, and folders of checkouts are longer.
  unix_socket_directories: "",
  timezone: "UTC",
  log_timezone: "UTC",
  max_connections: "120",
  shared_buffers: sharedBuffers(),
  // Nobody replicates from here, and the start-up of a parallel or compiled plan costs more than
  // the short queries of this platform.
  max_logical_replication_workers: "0",
  max_wal_senders: "0",
  wal_level: "minimal",
  io_method: "sync",
  jit: "off",
};

/**
 * Starts a PostgreSQL server on 127.0.0.1, as root or as an ordinary user, and makes its cluster
 * the first time. A server that a killed process left behind on the same folder is stopped first.
 * Throws when the folder belongs to a living process, the port is taken, or the server does not
 * come up; the message says which, with the end of the server's log.
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const dataFolder = makeFolder(resolve(options.dataFolder));
  const release = claimFolder(dataFolder);
  try {
    return await startClaimed(dataFolder, options, release);
  } catch (error) {
    release();
    throw error;
  }
}

async function startClaimed(
  dataFolder: string,
  options: PostgresOptions,
  release: () => void,
): Promise<Postgres> {
  const account = postgresAccount();
  const binaries = postgresBinaries(account ? rootStateFolder : dirname(dataFolder), account);
  await stopStalePostgres(join(dataFolder, "cluster"));
  const { folder, password } = await initCluster(dataFolder, binaries, account);
  const port = options.port || (await freePort());
  if (!(await portBecomesFree(port, portWithinMs))) {
    throw new Error(`Port ${port} of 127.0.0.1, wanted for PostgreSQL, is taken.`);
  }
  const settings = Object.entries({ ...ourSettings, ...options.settings, port: String(port) });
  const command = {
    command: join(binaries, "bin/postgres"),
    args: ["-D", folder, ...settings.flatMap(([name, value]) => ["-c", `${name}=${value}`])],
    folder: dataFolder,
    logFile: join(dataFolder, "postgres.log"),
    account,
  };
  const server = await launchPostmaster(command, folder);
  void server.ended.then(release);
  const end = async (first: NodeJS.Signals, last: NodeJS.Signals) => {
    await stopProcess(server, { first, withinMs: stopWithinMs, last });
    release();
  };
  const url = (user: string, secret: string, database: string) =>
    `postgres://${encodeURIComponent(user)}:${encodeURIComponent(secret)}` +
    `@127.0.0.1:${port}/${encodeURIComponent(database)}`;
  return {
    url,
    adminUrl: url("postgres", password, "postgres"),
    port,
    pid: server.pid,
    ended: server.ended,
    stop: () => end("SIGINT", "SIGQUIT"),
    kill: () => end("SIGKILL", "SIGKILL"),
  };
}
