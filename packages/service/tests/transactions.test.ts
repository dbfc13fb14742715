import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { newId } from "@tollbook/domain";
import type { OutgoingEvent, Tx, WriteOutbox } from "@tollbook/service";
import { migrate } from "@tollbook/service/storage";
import { eventually, needs } from "@tollbook/testing";
import { migrations, Thing, thingDatabase } from "./thing-database.ts";

const writeOutbox: WriteOutbox = async (tx, events) => {
  const [row] = await tx.sql<{ count: string }>("select count(*) from thing");
  for (const { accountId, type } of events) {
    await tx.sql("insert into told values ($1, $2, $3)", [accountId, type, row?.count === "1"]);
  }
};

describe("a transaction", needs("postgres"), async () => {
  const { database, ownerUrl, close } = await thingDatabase({ writeOutbox });
  after(close);
  const add =
    (accountId: string, id = newId()) =>
    (tx: Tx) =>
      tx.sql("insert into thing (account_id, id) values ($1, $2)", [accountId, id]);
  const all = (tx: Tx) => tx.sql("select * from thing");
  const event = (accountId: string): OutgoingEvent => {
    return { type: "tollbook.test.v1.Happened", accountId, payload: new Uint8Array() };
  };

  it("brings every type of PostgreSQL as it was promised", async () => {
    const account = newId();
    const at = new Date("2026-11-23T10:11:12.345Z");
    const values = [account, newId(), 9_007_199_254_740_993n, "0.10", at, "2026-11-23"];
    const rest = [Buffer.from("bytes"), JSON.stringify({ a: [1] })];
    const text = `insert into thing (account_id, id, count, amount, at, day, bytes, data)
      values ($1, $2, $3, $4, $5, $6, $7, $8)
      returning count, amount, at, day, bytes, data, array[count, 2] counts, array[at] times`;
    const [row] = await database.inAccount(account, (tx) => tx.sql(text, [...values, ...rest]));
    assert.deepEqual(row, {
      count: "9007199254740993",
      amount: "0.10",
      at,
      day: "2026-11-23",
      bytes: Buffer.from("bytes"),
      data: { a: [1] },
      counts: ["9007199254740993", "2"],
      times: [at],
    });
  });

  it("runs statements in the order of the calls, though none waits for the one before", async () => {
    const account = newId();
    const counts = await database.inAccount(account, (tx) => {
      const count = () => tx.sql<{ count: string }>("select count(*) from thing");
      return Promise.all([count(), add(account)(tx), count(), add(account)(tx), count()]);
    });
    const [none, , one, , two] = counts as { count: string }[][];
    assert.deepEqual(
      [none?.[0], one?.[0], two?.[0]],
      [{ count: "0" }, { count: "1" }, { count: "2" }],
    );
  });

  it("tells of every statement that was sent behind one that failed why that one did", async () => {
    const account = newId();
    const results = await database
      .inAccount(account, async (tx) => {
        const told = [tx.sql("select 1 / 0"), add(account)(tx), all(tx)];
        const settled = await Promise.allSettled(told);
        return settled.map((one) => one.status === "rejected" && one.reason.code);
      })
      .catch((error) => error.code);
    assert.deepEqual(results, ["22012", "22012", "22012"]);
    assert.deepEqual(await database.inAccount(account, all), []);
  });

  it("writes nothing that is sent once its work has failed", async () => {
    const account = newId();
    let late: Promise<unknown> = Promise.resolve();
    const failing = database.inAccount(account, async (tx) => {
      late = all(tx).then(() => add(account)(tx));
      late.catch(() => undefined);
      throw new Error("not so");
    });
    await assert.rejects(failing, /not so/);
    await assert.rejects(late, /has ended/);
    assert.deepEqual(await database.inAccount(account, all), []);
  });

  it("commits what was sent, and fails with it", async () => {
    const account = newId();
    const send = (tx: Tx, id = newId()) => {
      tx.send("insert into thing (account_id, id) values ($1, $2)", [account, id]);
    };
    let committed = 0;
    const twice = (id: string) =>
      database.inAccount(account, async (tx) => {
        tx.afterCommit(() => {
          committed += 1;
        });
        send(tx, id);
        send(tx);
        send(tx, id);
      });
    await assert.rejects(twice(newId()), { code: "23505" });
    assert.deepEqual(await database.inAccount(account, all), []);
    assert.equal(committed, 0);
    await database.inAccount(account, async (tx) => send(tx));
    assert.equal((await database.inAccount(account, all)).length, 1);
  });

  it("saves what MikroORM has to flush, in the same commit", async () => {
    const accountId = newId();
    await database.inAccount(accountId, async ({ em }) => {
      em.create(Thing, { accountId, id: newId(), name: "made", amount: "1.50" });
    });
    await database.inAccount(accountId, async ({ em }) => {
      const thing = await em.findOneOrFail(Thing, { name: "made" });
      assert.equal(thing.amount, "1.50");
      thing.name = "changed";
    });
    const rows = await database.inAccount(accountId, all);
    assert.deepEqual(
      rows.map(({ name }) => name),
      ["changed"],
    );
  });

  it("leaves nothing behind when its work throws", async () => {
    const account = newId();
    const work = async (tx: Tx) => {
      await add(account)(tx);
      tx.announce(event(account));
      throw new Error("changed my mind");
    };
    await assert.rejects(database.inAccount(account, work), /changed my mind/);
    assert.deepEqual(await database.inAccount(account, all), []);
    assert.deepEqual(await database.inAccount(account, (tx) => tx.sql("select * from told")), []);
  });

  it("writes its events last, and wakes whoever waits for them, after the commit", async () => {
    const accountId = newId();
    let woken = 0;
    const stop = database.onAnnounced(() => {
      woken += 1;
    });
    await database.inAccount(accountId, async (tx) => {
      tx.announce(event(accountId));
      tx.em.create(Thing, { accountId, id: newId(), name: "" });
      assert.equal(woken, 0);
    });
    stop();
    assert.equal(woken, 1);
    const told = await database.inAccount(accountId, (tx) => tx.sql("select at_end from told"));
    assert.deepEqual(told, [{ at_end: true }]);
  });

  it("is run again when it was the victim of a deadlock", async () => {
    const account = newId();
    const ids = [newId(), newId()];
    for (const id of ids) await database.inAccount(account, add(account, id));
    let runs = 0;
    const bothHaveOne = Promise.withResolvers<void>();
    const lockIn = (order: readonly (string | undefined)[]) => (tx: Tx) => {
      runs += 1;
      return lock(tx, order);
    };
    const lock = async (tx: Tx, order: readonly (string | undefined)[]) => {
      const update = "update thing set name = name || 'x' where id = $1";
      await tx.sql(update, [order[0]]);
      if (runs >= 2) bothHaveOne.resolve();
      await bothHaveOne.promise;
      await tx.sql(update, [order[1]]);
    };
    await Promise.all([
      database.inAccount(account, lockIn(ids)),
      database.inAccount(account, lockIn([...ids].reverse())),
    ]);
    assert.equal(runs, 3);
    const rows = await database.inAccount(account, all);
    assert.deepEqual(
      rows.map(({ name }) => name),
      ["xx", "xx"],
    );
  });

  it("gives up a statement that takes too long, as busy", async () => {
    const slow = async (tx: Tx) => {
      await tx.sql("set local statement_timeout = 50");
      await tx.sql("select pg_sleep(5)");
    };
    const refused = database.inAccount(newId(), slow);
    await assert.rejects(refused, { kind: "unavailable", reason: "STORAGE_BUSY" });
  });

  it("limits every statement and every idle transaction to ten seconds", async () => {
    const show = (name: string) => (tx: Tx) => tx.sql(`select current_setting('${name}') as s`);
    for (const name of ["statement_timeout", "idle_in_transaction_session_timeout"]) {
      assert.deepEqual(await database.inAccount(newId(), show(name)), [{ s: "10s" }]);
      assert.deepEqual(await database.asWorker(show(name)), [{ s: "10s" }]);
    }
  });

  it("does not begin inside another one, nor live on after its work", async () => {
    const nested = database.inAccount(newId(), () => database.asWorker(all));
    await assert.rejects(nested, /inside another one/);
    let kept: Tx | undefined;
    await database.inAccount(newId(), async (tx) => {
      kept = tx;
    });
    await assert.rejects(async () => kept?.sql("select 1"), /has ended/);
  });

  it("refuses an account id that is none before it reaches SQL", async () => {
    const bad = database.inAccount("'; drop table thing; --", all);
    await assert.rejects(bad, /no account id/);
  });

  it("ends its sessions' trouble by itself when the server has cut them", async () => {
    const account = newId();
    const cut = database.inAccount(account, (tx) =>
      tx.sql("select pg_terminate_backend(pg_backend_pid())"),
    );
    await assert.rejects(cut, { kind: "unavailable", reason: "STORAGE_UNAVAILABLE" });
    await database.inAccount(account, add(account));
    await database.ping();
  });

  it("loses no place in its pool to sessions that were cut", async () => {
    const cutAll =
      "select pg_terminate_backend(pid) from pg_stat_activity where usename = $1 and datname = current_database()";
    for (let i = 0; i < 15; i += 1) {
      const cut = database.inAccount(newId(), (tx) => tx.sql(cutAll, ["auth_app"]));
      await assert.rejects(cut, { reason: "STORAGE_UNAVAILABLE" });
    }
    const atOnce = Array.from({ length: 10 }, () => database.inAccount(newId(), all));
    assert.equal((await Promise.all(atOnce)).length, 10);
  });

  it("migrates once, in order, and refuses a list out of order", async () => {
    const again = await migrate({ url: ownerUrl, migrations, service: "auth" });
    assert.deepEqual(again, []);
    const disorder = migrate({
      url: ownerUrl,
      migrations: migrations.toReversed(),
      service: "auth",
    });
    await assert.rejects(disorder, /in order/);
  });

  it("is heard by those who listen, who come back after their connection is cut", async () => {
    const heard: string[] = [];
    const stop = await database.listen("news", (payload) => heard.push(payload));
    await eventually(() => assert.deepEqual(heard, [""]));
    const say = (word: string) => (tx: Tx) => tx.sql("select pg_notify('news', $1)", [word]);
    await database.inAccount(newId(), say("one"));
    await eventually(() => assert.deepEqual(heard, ["", "one"]));
    const cutListeners = `select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'tollbook listen' and datname = current_database()`;
    await database.inAccount(newId(), (tx) => tx.sql(cutListeners));
    await eventually(() => assert.deepEqual(heard, ["", "one", ""]));
    await database.inAccount(newId(), say("two"));
    await eventually(() => assert.deepEqual(heard, ["", "one", "", "two"]));
    await stop();
  });
});
