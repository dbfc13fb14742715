import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout as delay, setImmediate } from "node:timers/promises";
import { newId } from "@tollbook/domain";
import { needs } from "@tollbook/testing";
import { thingDatabase } from "./thing-database.ts";

const away = { kind: "unavailable", reason: "STORAGE_UNAVAILABLE" };
const limit = { timeout: 20_000 };

describe("closing a database", needs("postgres"), () => {
  it("ends although a connection is being acquired at that moment", limit, async () => {
    const { database, close } = await thingDatabase();
    await database.ping();
    const acquiring = [1, 2, 3].map(() =>
      database.inAccount(newId(), (tx) => tx.sql<{ one: number }>("select 1 one")),
    );
    await setImmediate();
    await database.close();
    for (const rows of await Promise.all(acquiring)) assert.deepEqual(rows, [{ one: 1 }]);
    await close();
  });

  it("refuses work asked for afterwards", limit, async () => {
    const { database, close } = await thingDatabase();
    await database.ping();
    const closing = database.close();
    await assert.rejects(database.ping(), away);
    await assert.rejects(
      database.asWorker(async () => 1),
      away,
    );
    await closing;
    await close();
  });

  it("cuts what is not done after two seconds", limit, async () => {
    const { database, close } = await thingDatabase();
    const long = (text: string) => database.inAccount(newId(), (tx) => tx.sql(text));
    const idle = database.inAccount(newId(), async (tx) => {
      await tx.sql("select 1");
      await delay(4_000);
      await tx.sql("select 1");
    });
    const cut = [assert.rejects(long("select pg_sleep(9)"), away), assert.rejects(idle, away)];
    await delay(200);
    const began = performance.now();
    await database.close();
    const took = performance.now() - began;
    assert.ok(took > 1_900 && took < 4_000, `took ${took} ms`);
    await Promise.all(cut);
    await close();
  });
});
