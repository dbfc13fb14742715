import { AsyncLocalStorage } from "node:async_hooks";
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  PostgresAdapter,
  type PostgresDialectConfig,
  PostgresDriver,
  PostgresIntrospector,
  PostgresQueryCompiler,
} from "kysely";

/** A transaction that is about to begin. */
interface Beginning {
  /** Whose rows it shows; undefined for a worker's. A UUID. */
  readonly accountId: string | undefined;
  /** The connection it was begun on. */
  connection?: DatabaseConnection;
  /** Settled once the server has begun it. */
  begun?: Promise<unknown>;
}

/** A transaction that is begun, or is being: statements may be sent behind its BEGIN. */
export interface Begun<T> {
  readonly transaction: T;
  readonly connection: DatabaseConnection;
  /** Rejects if it could not be begun; then every statement sent behind it fails as well. */
  readonly begun: Promise<unknown>;
}

const nextBegin = new AsyncLocalStorage<Beginning>();

/** The transaction begun inside `begin` shows only rows of this account. The id must be a UUID. */
export async function beginningIn<T>(
  accountId: string | undefined,
  begin: () => Promise<T>,
): Promise<Begun<T>> {
  const beginning: Beginning = { accountId };
  const transaction = await nextBegin.run(beginning, begin);
  const { connection, begun = Promise.resolve() } = beginning;
  if (connection === undefined) throw new Error("a transaction was begun by another driver");
  return { transaction, connection, begun };
}

/** Kysely's PostgreSQL dialect, with a driver that sets the account in the same trip as BEGIN. */
export function accountDialect(config: PostgresDialectConfig): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: (): Driver => new AccountDriver(config),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  };
}

type Released = Parameters<PostgresDriver["releaseConnection"]>[0];

class AccountDriver extends PostgresDriver {
  override async beginTransaction(
    connection: DatabaseConnection,
    settings: Settings,
  ): Promise<void> {
    const beginning = nextBegin.getStore();
    try {
      if (beginning === undefined) return await super.beginTransaction(connection, settings);
      beginning.connection = connection;
      if (beginning.accountId === undefined) await super.beginTransaction(connection, settings);
      else beginning.begun = beginAs(beginning.accountId, connection, settings);
    } catch (error) {
      // Kysely would never give this connection back: each lost one would shrink the pool.
      await this.releaseConnection(connection as Released);
      throw error;
    }
  }

  /** A connection that cannot roll back is lost, and must be given back all the same. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await super.rollbackTransaction(connection).catch(() => undefined);
  }
}

type Settings = Parameters<PostgresDriver["beginTransaction"]>[1];

/** Not waited for: what is sent behind it on the same connection comes after it, or fails too. */
function beginAs(accountId: string, connection: DatabaseConnection, settings: Settings) {
  // Two statements in one trip need the simple protocol, which takes no binds: the id is
  // checked to be a UUID before it comes here, so it holds nothing but hex digits and dashes.
  const { isolationLevel: level, accessMode: mode } = settings;
  const manner = `${level ? ` isolation level ${level}` : ""}${mode ? ` ${mode}` : ""}`;
  const text = `begin${manner}; select set_config('app.account_id', '${accountId}', true)`;
  const begun = connection.executeQuery(CompiledQuery.raw(text));
  begun.catch(() => undefined);
  return begun;
}
