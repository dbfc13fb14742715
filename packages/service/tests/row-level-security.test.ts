import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { newId } from "@tollbook/domain";
import type { Tx } from "@tollbook/service";
import { needs } from "@tollbook/testing";
import pg from "pg";
import { Thing, thingDatabase } from "./thing-database.ts";

const insufficientPrivilege = { code: "42501" };

describe("an account's rows", needs("postgres"), async () => {
  const { database, url, ownerUrl, close } = await thingDatabase();
  after(close);
  const [ours, theirs] = [newId(), newId()];
  const id = newId();
  await database.inAccount(ours, add);
  const count = async (tx: Tx) => (await tx.sql("select * from thing")).length;

  function add(tx: Tx) {
    return tx.sql("insert into thing (account_id, id) values ($1, $2)", [ours, id]);
  }

  it("are seen by their account", async () => {
    assert.equal(await database.inAccount(ours, count), 1);
  });

  it("are seen by no other account, by SQL or by MikroORM, read or written", async () => {
    assert.equal(await database.inAccount(theirs, count), 0);
    const found = await database.inAccount(theirs, ({ em }) => em.find(Thing, { id }));
    assert.deepEqual(found, []);
    const changed = await database.inAccount(theirs, (tx) =>
      tx.sql("update thing set name = 'stolen' where id = $1 returning id", [id]),
    );
    assert.deepEqual(changed, []);
    await assert.rejects(database.inAccount(theirs, add), insufficientPrivilege);
  });

  it("are not moved to another account", async () => {
    const move = (tx: Tx) => tx.sql("update thing set account_id = $1", [theirs]);
    await assert.rejects(database.inAccount(ours, move), insufficientPrivilege);
  });

  it("are seen by nobody without an account, on a new connection or a used one", async () => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const see = async () => (await client.query("select * from thing")).rowCount;
    assert.equal(await see(), 0);
    await client.query("begin; select set_config('app.account_id', gen_random_uuid()::text, true)");
    await client.query("commit");
    assert.equal(await see(), 0);
    await client.end();
  });

  it("are hidden from the tables' owner too", async () => {
    const client = new pg.Client({ connectionString: ownerUrl });
    await client.connect();
    assert.equal((await client.query("select * from thing")).rowCount, 0);
    await client.end();
  });

  it("are reached in a partition only through its parent", async () => {
    await database.inAccount(ours, (tx) => tx.sql("insert into fact values ($1, 7)", [ours]));
    const through = (table: string) => (tx: Tx) => tx.sql(`select * from ${table}`);
    assert.equal((await database.inAccount(ours, through("fact"))).length, 1);
    assert.equal((await database.inAccount(theirs, through("fact"))).length, 0);
    await assert.rejects(database.inAccount(ours, through("fact_1")), insufficientPrivilege);
  });

  it("are used by the worker as far as its policies go", async () => {
    assert.ok((await database.asWorker(count)) >= 1);
    const steal = (tx: Tx) => tx.sql("delete from thing");
    await assert.rejects(database.asWorker(steal), insufficientPrivilege);
    await assert.rejects(
      database.asWorker((tx) => tx.sql("select * from fact")),
      insufficientPrivilege,
    );
  });

  it("are found before the account is known by a look-up function only", async () => {
    const ask = (tx: Tx) => tx.sql("select * from account_of_thing($1)", [id]);
    assert.deepEqual(await database.inAccount(theirs, ask), [{ account_id: ours }]);
    assert.deepEqual(await database.asWorker(ask), [{ account_id: ours }]);
  });

  it("get new partitions from a function that runs as the owner", async () => {
    await database.asWorker((tx) => tx.sql("select add_fact_partition($1)", [1_000]));
    await database.inAccount(ours, (tx) => tx.sql("insert into fact values ($1, 1500)", [ours]));
    const denied = database.inAccount(ours, (tx) => tx.sql("select add_fact_partition(2000)"));
    await assert.rejects(denied, insufficientPrivilege);
  });

  it("stay locked in a table without a policy", async () => {
    const look = (tx: Tx) => tx.sql("select * from secret");
    await assert.rejects(database.inAccount(ours, look), insufficientPrivilege);
  });
});
