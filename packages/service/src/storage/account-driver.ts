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

const accountOfNextBegin = new AsyncLocalStorage<string>();

/** Transactions begun inside `begin` show only the rows of this account. The id must be a UUID. */
export function beginningInAccount<T>(accountId: string, begin: () => Promise<T>): Promise<T> {
  return accountOfNextBegin.run(accountId, begin);
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
    settings: Parameters<PostgresDriver["beginTransaction"]>[1],
  ): Promise<void> {
    try {
      await this.#begin(connection, settings);
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

  async #begin(
    connection: DatabaseConnection,
    settings: Parameters<PostgresDriver["beginTransaction"]>[1],
  ): Promise<void> {
    const accountId = accountOfNextBegin.getStore();
    if (accountId === undefined) return super.beginTransaction(connection, settings);
    // Two statements in one trip need the simple protocol, which takes no binds: the id is
    // checked to be a UUID before it comes here, so it holds nothing but hex digits and dashes.
    const { isolationLevel: level, accessMode: mode } = settings;
    const manner = `${level ? ` isolation level ${level}` : ""}${mode ? ` ${mode}` : ""}`;
    const text = `begin${manner}; select set_config('app.account_id', '${accountId}', true)`;
    await connection.executeQuery(CompiledQuery.raw(text));
  }
}
