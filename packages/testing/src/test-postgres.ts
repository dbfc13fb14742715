import { join } from "node:path";
import { type Postgres, startPostgres, throwawayFolder } from "@tollbook/local/parts";
import type { SqlMigration } from "@tollbook/service/storage";
import { handedOn } from "./config.ts";
import { createServiceDatabase, type ServiceDatabase } from "./service-database.ts";

/** A PostgreSQL server of tests. */
export interface TestPostgres {
  /** The superuser's connection URL, to the database `postgres`. */
  readonly adminUrl: string;
  /**
   * A new database with this service's roles and migrations, as in production, for this caller
   * alone. The first one of a service runs its migrations; the others are copied, in about 0.1 s.
   */
  createServiceDatabase(
    service: string,
    migrations: readonly SqlMigration[],
  ): Promise<ServiceDatabase>;
}

/** A server of one test file alone, which may be stopped and killed. */
export interface OwnPostgres extends TestPostgres {
  stop(): Promise<void>;
  /** `kill -9` of the postmaster. */
  kill(): Promise<void>;
  /** On the same port and the same data. */
  start(): Promise<void>;
}

/** What a cluster that nobody needs tomorrow can do without. */
export const throwawaySettings = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  max_connections: "300",
} as const;

let alone: Promise<OwnPostgres> | undefined;

/**
 * The PostgreSQL that all test files of an `npm test` share; a file that is run alone gets one of
 * its own, which ends with the process.
 */
export async function testPostgres(): Promise<TestPostgres> {
  const { postgresUrl } = handedOn();
  if (postgresUrl) return onServer(postgresUrl);
  alone ??= ownPostgres();
  return alone;
}

/**
 * A PostgreSQL for the caller alone. `durable`: it keeps what it committed over a crash, as in
 * production; without that it is faster and may only be stopped in order.
 */
export async function ownPostgres({ durable = false } = {}): Promise<OwnPostgres> {
  const dataFolder = join(throwawayFolder().path, "postgres");
  const settings = durable ? {} : throwawaySettings;
  let server: Postgres = await startPostgres({ dataFolder, settings });
  const { port, adminUrl } = server;
  return {
    ...onServer(adminUrl),
    stop: () => server.stop(),
    kill: () => server.kill(),
    async start() {
      server = await startPostgres({ dataFolder, settings, port });
    },
  };
}

function onServer(adminUrl: string): TestPostgres {
  return {
    adminUrl,
    createServiceDatabase: (service, migrations) =>
      createServiceDatabase(adminUrl, service, migrations),
  };
}
