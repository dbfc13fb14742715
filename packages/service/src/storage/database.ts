import type { Options } from "@mikro-orm/postgresql";
import { isId } from "@tollbook/domain";
import type { Logger } from "pino";
import { connect } from "./connect.ts";
import { openListener } from "./listen.ts";
import { OpenWork } from "./open-work.ts";
import { retrying } from "./retry.ts";
import { runTransaction } from "./transaction.ts";
import type { Tx, WriteOutbox } from "./tx.ts";

/** One service's database: the only way to it is a transaction. */
export interface Database {
  /**
   * Runs `work` in one transaction that sees and writes only this account's rows. On a deadlock
   * or serialization failure the whole work runs again, at most four times: it must do nothing
   * but SQL. Throws what the work throws, and DomainError "unavailable" (STORAGE_UNAVAILABLE,
   * STORAGE_BUSY) when the database cannot be reached or is too slow. Does not nest.
   */
  inAccount<T>(accountId: string, work: (tx: Tx) => Promise<T>): Promise<T>;
  /** The same, reading only, from one snapshot: every statement sees the same moment. */
  snapshotOf<T>(accountId: string, work: (tx: Tx) => Promise<T>): Promise<T>;
  /** The same under the worker role, for what runs before or across accounts. */
  asWorker<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** For readiness: one trip to the database on each pool. */
  ping(): Promise<void>;
  /**
   * Hears NOTIFY on a channel, for ever: reconnects by itself, and calls `onNotify("")` after each
   * (re)connection, since what was said meanwhile is lost. Returns what ends it.
   */
  listen(channel: string, onNotify: (payload: string) => void): Promise<() => Promise<void>>;
  /** Calls back after each commit that wrote events, to wake the relay. Returns what ends it. */
  onAnnounced(listener: () => void): () => void;
  /**
   * From now on work is refused (STORAGE_UNAVAILABLE). Transactions under way may finish for 2 s;
   * what is left is cut, and rolled back by the server.
   */
  close(): Promise<void>;
}

/** Where the database is and what the service keeps in it. */
export interface DatabaseOptions {
  /** Connection of the `<service>_app` role. */
  url: string;
  /** Connection of the `<service>_worker` role; without it `asWorker` is refused. */
  workerUrl?: string;
  /** MikroORM entities (defineEntity); may be empty. */
  entities: NonNullable<Options["entities"]>;
  writeOutbox?: WriteOutbox;
  logger: Logger;
  /** Connections for requests. Past the number of cores × 4 more of them only wait. */
  poolSize?: number;
  /** Connections for relays, schedulers and sign-in look-ups. */
  workerPoolSize?: number;
  /** Shown in pg_stat_activity. */
  applicationName?: string;
}

const defaultPoolSize = 10;
const defaultWorkerPoolSize = 3;
/** What is under way when a database is closed may finish; stopping must not wait for ever. */
const finishWithinMs = 2_000;

/** Logs that a connection has ended that nobody was using. */
function noteLost(logger: Logger) {
  return (error: Error & { client?: unknown }) => {
    // The pool hangs the whole connection on it, with every statement it has prepared.
    delete error.client;
    logger.warn({ err: error }, "database connection lost");
  };
}

/** Opens the pools. No connection is made yet, so a database that is down is no reason to fail. */
export function openDatabase(options: DatabaseOptions): Database {
  const { logger, entities, writeOutbox } = options;
  const applicationName = options.applicationName ?? "tollbook";
  const shared = { entities, applicationName, onPoolError: noteLost(logger) };
  const app = connect({
    ...shared,
    url: options.url,
    poolSize: options.poolSize ?? defaultPoolSize,
  });
  const poolSize = options.workerPoolSize ?? defaultWorkerPoolSize;
  const worker = options.workerUrl && connect({ ...shared, url: options.workerUrl, poolSize });
  const pools = worker ? [app, worker] : [app];
  const listeners = new Set<() => void>();
  const open = new OpenWork();

  const run = async <T>(
    { orm }: typeof app,
    accountId: string | undefined,
    work: (tx: Tx) => Promise<T>,
    snapshot = false,
  ) => {
    const once = () => runTransaction({ orm, accountId, writeOutbox, snapshot }, work);
    const { result, announced } = await open.run(() => retrying(once));
    if (announced) for (const listener of listeners) listener();
    return result;
  };

  return {
    inAccount: async (accountId, work) => run(app, checkedAccount(accountId), work),
    snapshotOf: async (accountId, work) => run(app, checkedAccount(accountId), work, true),
    asWorker: async (work) => {
      if (!worker) throw new Error("this database was opened without workerUrl");
      return run(worker, undefined, work);
    },
    ping: async () => {
      const ask = (pool: typeof app) => run(pool, undefined, (tx) => tx.sql("select 1"));
      await Promise.all(pools.map(ask));
    },
    listen: (channel, onNotify) => openListener({ url: options.url, channel, onNotify, logger }),
    onAnnounced: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: async () => {
      await open.close(finishWithinMs);
      await Promise.all(pools.map(({ orm }) => orm.close(true)));
    },
  };
}

function checkedAccount(accountId: string): string {
  if (isId(accountId)) return accountId;
  throw new Error("inAccount was called with something that is no account id");
}
