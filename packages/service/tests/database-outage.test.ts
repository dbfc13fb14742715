import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { newId } from "@tollbook/domain";
import { openDatabase } from "@tollbook/service/storage";
import { eventually, needs, ownPostgres } from "@tollbook/testing";
import { quiet } from "./start-host.ts";
import { migrations } from "./thing-database.ts";

describe("a database that goes away and comes back", needs("postgres"), async () => {
  const postgres = await ownPostgres({ durable: true });
  const { url, workerUrl } = await postgres.createServiceDatabase("auth", migrations);
  const database = openDatabase({ url, workerUrl, entities: [], logger: quiet });
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
});
