import { MikroORM, type Options } from "@mikro-orm/postgresql";
import pg from "pg";
import { accountDialect } from "./account-driver.ts";
import { guardedPool } from "./guarded-pool.ts";

/** Longest single statement; a longer one holds locks others wait for. */
export const statementTimeoutMs = 10_000;
/** Longest silence inside an open transaction: nothing but SQL belongs there. */
export const idleInTransactionTimeoutMs = 10_000;
/** A server that has not even refused by now is gone: its host has died, or a cable. */
const answerTimeoutMs = statementTimeoutMs + 2_000;
/** Longest wait for a free or new connection before the caller is told to come back. */
const connectTimeoutMs = 5_000;
/** Unused connections go back to the server after this long. */
const idleConnectionMs = 60_000;

/** Types left as text: a calendar date is no instant, and MikroORM parses the others itself. */
const textTypes = [1082, 1114, 1186, 1115, 1182, 1187];

/** One pool of one role. */
export interface ConnectOptions {
  url: string;
  poolSize: number;
  entities: NonNullable<Options["entities"]>;
  applicationName: string;
  onPoolError: (error: Error) => void;
}

/** The pool, and MikroORM on it. */
export interface Connected {
  orm: MikroORM;
  pool: pg.Pool;
}

/** MikroORM over a pool of ours. Opens no connection: the first transaction does. */
export function connect(options: ConnectOptions): Connected {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.poolSize,
    application_name: options.applicationName,
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: idleConnectionMs,
    keepAlive: true,
    // Statements of a transaction need not wait for each other's answers; see Tx.sql.
    pipeline: true,
    query_timeout: answerTimeoutMs,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: idleInTransactionTimeoutMs,
    types: typeParsers(),
  });
  // Without these listeners a connection lost by the server would end the process.
  pool.on("error", options.onPoolError);
  pool.on("connect", (client) => client.on("error", options.onPoolError));
  const orm = new MikroORM({
    entities: options.entities,
    dbName: new URL(options.url).pathname.slice(1),
    driverOptions: accountDialect({ pool: guardedPool(pool) }),
    discovery: { warnWhenNoEntities: false },
    // A flush inside a transaction is part of it; identity maps live as long as one transaction.
    allowGlobalContext: false,
    forceUtcTimezone: true,
  });
  return { orm, pool };
}

function typeParsers(): pg.CustomTypesConfig {
  const types = new pg.TypeOverrides();
  for (const oid of textTypes) types.setTypeParser(oid, (text: string) => text);
  return types;
}
