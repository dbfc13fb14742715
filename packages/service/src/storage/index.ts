import type { EntityManager } from "@mikro-orm/postgresql";

export interface Database {
  inAccount<T>(accountId: string, work: (tx: Tx) => Promise<T>): Promise<T>;
  asWorker<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  ping(): Promise<void>;
  listen(channel: string, onNotify: (payload: string) => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}
export interface Tx {
  readonly accountId: string | undefined;
  readonly em: EntityManager;
  /**
   * Runs one statement of this transaction with `$1` placeholders (real binds).
   * bigint and numeric come as strings, timestamptz as Date, bytea as Buffer, jsonb parsed.
   */
  sql<T = Record<string, unknown>>(text: string, params?: readonly unknown[]): Promise<T[]>;
  announce(event: OutgoingEvent): void;
}
export interface OutgoingEvent {
  type: string;
  accountId: string;
  payload: Uint8Array;
  eventId?: string;
}
