import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from "kysely";
import type pg from "pg";
import { isConnectionLost } from "./storage-error.ts";

/**
 * The pool as Kysely sees it, with connections that are given up, not given back, once they have
 * lost their server or may be inside a transaction nobody knows of.
 */
export function guardedPool(pool: pg.Pool): PostgresPool {
  // Kysely keeps what it knows of a connection under its object: one guard for each client.
  const guards = new WeakMap<pg.PoolClient, GuardedClient>();
  return {
    connect: async () => {
      const client = await pool.connect();
      const guard = guards.get(client) ?? new GuardedClient(client);
      guards.set(client, guard);
      return guard as unknown as PostgresPoolClient;
    },
    end: () => pool.end(),
    options: pool.options,
  };
}

/** After one of these has failed, nobody knows whether a transaction is open. */
const opensOrEnds = /^(begin|start transaction|rollback$)/;

class GuardedClient {
  readonly #client: pg.PoolClient;
  #lost: unknown;

  constructor(client: pg.PoolClient) {
    this.#client = client;
  }

  get processID(): number | undefined {
    return (this.#client as { processID?: number }).processID;
  }

  async query(text: string, params: unknown[]): Promise<PostgresQueryResult<unknown>> {
    // A server that went silent would let a rollback wait as long as the statement before it.
    if (this.#lost !== undefined) throw this.#lost;
    try {
      return (await this.#client.query(text, params)) as PostgresQueryResult<unknown>;
    } catch (error) {
      if (isConnectionLost(error) || opensOrEnds.test(text)) this.#lost = error;
      throw error;
    }
  }

  release(): void {
    this.#client.release(this.#lost !== undefined);
  }
}
