import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { newId } from "@tollbook/domain";
import { createLogger } from "@tollbook/service";
import { openDatabase } from "@tollbook/service/storage";
import { eventually, needs, ownPostgres } from "@tollbook/testing";
import { migrations } from "./thing-database.ts";

describe("a database that goes away and comes back", needs("postgres"), async () => {
  const postgres = await ownPostgres({ durable: true });
  const { url, workerUrl } = await postgres.createServiceDatabase("auth", migrations);
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const logger = createLogger({ service: "test", level: "warn", destination });
  const database = openDatabase({ url, workerUrl, entities: [], logger });
  after(async () => {
    await database.close();
    await postgres.stop();
  });
  const account = newId();
  const add = () =>
    database.inAccount(account, (tx) =>
      tx.sql("insert into thing (account_id, id) values ($1, $2)", [account, newId()]),
    );

  it("is UNAVAILABLE meanwhile, and used again without a restart, with all it had", async () => {
    await add();
    await postgres.kill();
    const away = { kind: "unavailable", reason: "STORAGE_UNAVAILABLE" };
    await assert.rejects(add(), away);
    await assert.rejects(database.ping(), away);
    await postgres.start();
    await eventually(add, { withinMs: 20_000 });
    const rows = await database.inAccount(account, (tx) => tx.sql("select * from thing"));
    assert.equal(rows.length, 2);
  });

  it("says in a short line that a connection was lost", () => {
    const lost = lines.filter((line) => line.includes("database connection lost"));
    assert.notEqual(lost.length, 0);
    for (const line of lost) assert.ok(line.length < 2_000, line);
  });
});
