import type { Writable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from "kysely";
import type pg from "pg";
import { nameOf } from "./prepared.ts";
import { isConnectionLost } from "./storage-error.ts";

/** A server that has gone silent does not say that a connection has ended. */
const endWithinMs = 1_000;
const unheard = { ref: false };

/**
 * The pool as Kysely sees it, with connections that are given up, not given back, once they have
 * lost their server or may be inside a transaction nobody knows of.
 */
export function guardedPool(pool: pg.Pool): PostgresPool {
  // Kysely keeps what it knows of a connection under its object: one guard for each client.
  const guards = new WeakMap<pg.PoolClient, GuardedClient>();
  const clients = new Set<pg.PoolClient>();
  pool.on("connect", (client) => clients.add(client));
  pool.on("remove", (client) => clients.delete(client));
  let ending = false;
  return {
    connect: async () => {
      const client = await pool.connect();
      if (ending) {
        // Kysely has forgotten the pool: it would fail, and never give this connection back.
        client.release(true);
        throw new Error("Connection terminated: the pool was closed meanwhile");
      }
      const guard = guards.get(client) ?? new GuardedClient(client);
      guards.set(client, guard);
      return guard as unknown as PostgresPoolClient;
    },
    end: async () => {
      ending = true;
      // The pool waits for ever for a connection that is never given back. Those still in use had
      // their time, so every connection is ended here: one inside a statement is cut.
      void pool.end();
      const ended = [...clients].map((client) => (client as unknown as pg.Client).end());
      await Promise.race([Promise.allSettled(ended), delay(endWithinMs, undefined, unheard)]);
    },
    options: pool.options,
  };
}

/** After one of these has failed, nobody knows whether a transaction is open. */
const opensOrEnds = /^(begin|start transaction|rollback$)/;

class GuardedClient {
  readonly #client: pg.PoolClient;
  #lost: unknown;
  #isGathering = false;

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
      const name = nameOf(text);
      const query = name === undefined ? { text, values: params } : { name, text, values: params };
      this.#gather();
      return (await this.#client.query(query)) as unknown as PostgresQueryResult<unknown>;
    } catch (error) {
      if (isConnectionLost(error) || opensOrEnds.test(text)) this.#lost = error;
      throw error;
    }
  }

  /** What is sent in one turn of the event loop goes out in one write: the server wakes up once. */
  #gather(): void {
    if (this.#isGathering) return;
    this.#isGathering = true;
    const { stream } = (this.#client as unknown as { connection: { stream: Writable } }).connection;
    stream.cork();
    process.nextTick(() => {
      this.#isGathering = false;
      stream.uncork();
    });
  }

  release(): void {
    this.#client.release(this.#lost !== undefined);
  }
}
