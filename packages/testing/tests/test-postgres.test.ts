import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { sqlMigration, tableSecurity } from "@tollbook/service/storage";
import pg from "pg";
import { needs, ownPostgres, testPostgres } from "../src/index.ts";

const migrations = [
  sqlMigration("0001-notes", [
    "create table note (account_id uuid not null, id uuid not null, primary key (account_id, id))",
    ...tableSecurity("metering", "note"),
  ]),
];

const me = "select current_user as it, (select count(*) from note) as notes";

describe("testPostgres", needs("postgres"), () => {
  it("makes a database with the service's roles and tables", async () => {
    const postgres = await testPostgres();
    const database = await postgres.createServiceDatabase("metering", migrations);
    assert.deepEqual(await ask(database.url, me), ["metering_app"]);
    assert.deepEqual(await ask(database.workerUrl, "select current_user as it"), [
      "metering_worker",
    ]);
    await database.drop();
  });

  it("gives each caller a database of its own", async () => {
    const postgres = await testPostgres();
    const [one, other] = await Promise.all([
      postgres.createServiceDatabase("metering", migrations),
      postgres.createServiceDatabase("metering", migrations),
    ]);
    const insert = "insert into note values (gen_random_uuid(), gen_random_uuid())";
    await ask(one.superUrl, insert);
    assert.deepEqual(await ask(one.superUrl, "select count(*)::int as it from note"), [1]);
    assert.deepEqual(await ask(other.superUrl, "select count(*)::int as it from note"), [0]);
    await Promise.all([one.drop(), other.drop()]);
  });

  it("tells migrations of one name and other content apart", async () => {
    const postgres = await testPostgres();
    const other = [sqlMigration("0001-notes", ["create table other (id int primary key)"])];
    const database = await postgres.createServiceDatabase("metering", other);
    assert.deepEqual(await ask(database.superUrl, "select count(*)::int as it from other"), [0]);
    await database.drop();
  });

  it("lets nobody but the service's roles in", async () => {
    const postgres = await testPostgres();
    const metering = await postgres.createServiceDatabase("metering", migrations);
    const billing = await postgres.createServiceDatabase("billing", []);
    const url = new URL(billing.url);
    url.pathname = `/${metering.name}`;
    await assert.rejects(ask(url.href, "select 1 as it"), /permission denied for database/);
    await Promise.all([metering.drop(), billing.drop()]);
  });
});

describe("ownPostgres, durable", needs("postgres"), () => {
  it("has what it committed after kill -9, on the same port", async () => {
    const postgres = await ownPostgres({ durable: true });
    await ask(postgres.adminUrl, "create table kept as select 7 as it");
    await postgres.kill();
    await assert.rejects(ask(postgres.adminUrl, "select 1 as it"), /ECONNREFUSED|ECONNRESET/);
    await postgres.start();
    assert.deepEqual(await ask(postgres.adminUrl, "select it from kept"), [7]);
    await postgres.stop();
  });
});

async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ it: unknown }>(sql);
    return rows.map(({ it: value }) => value);
  } finally {
    await client.end();
  }
}
