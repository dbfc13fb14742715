import type { EntityManager } from "@mikro-orm/postgresql";

/** A fact to be told to others, once the transaction that makes it true has committed. */
export interface OutgoingEvent {
  /** The proto full name: `tollbook.auth.v1.KeyChanged`. */
  type: string;
  accountId: string;
  /** The encoded message. */
  payload: Uint8Array;
  /** UUIDv7; made by the outbox when absent. */
  eventId?: string;
}

/** One open transaction. Dead once its `work` has returned. */
export interface Tx {
  /** The account row-level security shows; undefined for a worker. */
  readonly accountId: string | undefined;
  /** MikroORM on this transaction; made at first use. Call `em.flush()`, or leave it to commit. */
  readonly em: EntityManager;
  /**
   * Runs one statement of this transaction, with `$1` placeholders and real binds. Statements run
   * in the order of the calls; one may be called before those before it are answered, and then
   * travels with them. If one fails, all that come after it in the transaction fail too.
   *
   * Comes back as: bigint, numeric, date, timestamp, interval = string; timestamptz = Date
   * (milliseconds: compare exact times in SQL); bytea = Buffer; json, jsonb = parsed; arrays =
   * arrays of these. Goes in as: Date, Buffer, string, number, bigint, boolean, null, or an array
   * of them (bind `$1::uuid[]`, use `unnest`). Pass JSON as `JSON.stringify(value)`.
   */
  sql<Row = Record<string, unknown>>(text: string, params?: readonly unknown[]): Promise<Row[]>;
  /**
   * Runs a statement as `sql` does, whose answer nobody needs: it is not waited for, what comes
   * after it travels with it, COMMIT too, and the transaction fails if it does.
   */
  send(text: string, params?: readonly unknown[]): void;
  /** Puts a fact into the outbox: same commit as the rows, or neither. */
  announce(event: OutgoingEvent): void;
  /** Does something once the commit is certain, and never if it fails. It must not throw. */
  afterCommit(run: () => void): void;
}

/** Writes announced events into the outbox; @tollbook/events has the one implementation. */
export type WriteOutbox = (tx: Tx, events: readonly OutgoingEvent[]) => Promise<void>;
