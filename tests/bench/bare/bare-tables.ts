import pg from "pg";

/** Product's tables as plain ones in a schema of their own: no policies, no partitions. */
const TABLES = ["seen_event", "rollup", "usage_event", "counter", "lease"] as const;

/** Connections of the superuser to tables with the product's columns and indexes, emptied. */
export async function bareTables(url: string, connections: number): Promise<pg.Client[]> {
  const clients = Array.from({ length: connections }, () => new pg.Client(url));
  await Promise.all(clients.map((client) => client.connect()));
  await clients[0]?.query(
    [
      "drop schema if exists bare cascade",
      "create schema bare",
      ...TABLES.map((table) => `create table bare.${table} (like public.${table} including all)`),
    ].join("; "),
  );
  return clients;
}

/** A statement that is parsed and planned once a connection. */
export function named(text: string, values: unknown[]): pg.QueryConfig {
  return { name: text.slice(0, 60), text, values };
}
