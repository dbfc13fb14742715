import { defineEntity, p } from "@mikro-orm/postgresql";
import {
  type DatabaseOptions,
  lockedTable,
  lookupFunction,
  lookupPolicy,
  openDatabase,
  sqlMigration,
  tableSecurity,
  workerPolicy,
} from "@tollbook/service/storage";
import { testPostgres } from "@tollbook/testing";
import { quiet } from "./start-host.ts";

/** An ordinary table, a partitioned one, an outbox of sorts, and a look-up before an account. */
export const migrations = [
  sqlMigration("0001-things", [
    `create table thing (
       account_id uuid not null, id uuid not null, name text not null default '',
       count bigint, amount numeric, at timestamptz, day date, bytes bytea, data jsonb,
       primary key (account_id, id))`,
    ...tableSecurity("auth", "thing"),
    ...workerPolicy("auth", "thing", ["select", "update"]),
    ...lookupPolicy("auth", "thing"),
    ...lookupFunction("auth", {
      name: "account_of_thing",
      args: "p_id uuid",
      returns: "table (account_id uuid)",
      body: "select thing.account_id from thing where thing.id = p_id",
    }),
    `create table fact (account_id uuid not null, id bigint not null, primary key (account_id, id))
       partition by range (id)`,
    "create table fact_1 partition of fact for values from (0) to (1000)",
    ...tableSecurity("auth", "fact", ["select", "insert"]),
    ...lookupFunction("auth", {
      name: "add_fact_partition",
      args: "p_from bigint",
      returns: "void",
      language: "plpgsql",
      volatility: "volatile",
      runsAs: "owner",
      callers: ["worker"],
      body: `begin
        execute format('create table %I partition of fact for values from (%s) to (%s)',
          'fact_' || p_from, p_from, p_from + 1000);
      end`,
    }),
  ]),
  sqlMigration("0002-told", [
    "create table told (account_id uuid not null, type text not null, at_end boolean not null)",
    ...tableSecurity("auth", "told"),
    "create table secret (account_id uuid not null)",
    ...lockedTable("secret"),
  ]),
];

export const Thing = defineEntity({
  name: "Thing",
  tableName: "thing",
  properties: {
    accountId: p.uuid().primary().name("account_id"),
    id: p.uuid().primary(),
    name: p.string(),
    count: p.bigint().nullable(),
    amount: p.decimal().nullable(),
    at: p.datetime().nullable(),
  },
});

/** A database of its own for one test file, opened as a service would. */
export async function thingDatabase(options: Partial<DatabaseOptions> = {}) {
  const postgres = await testPostgres();
  const made = await postgres.createServiceDatabase("auth", migrations);
  const { url, workerUrl } = made;
  const database = openDatabase({ url, workerUrl, entities: [Thing], logger: quiet, ...options });
  const close = async () => {
    await database.close();
    await made.drop();
  };
  return { ...made, database, close };
}
