import { defineEntity, p } from "@mikro-orm/postgresql";
import { newId } from "@tollbook/domain";
import pino from "pino";
import {
  bootstrapDatabase,
  lookupFunction,
  lookupPolicy,
  migrate,
  openDatabase,
  sqlMigration,
  tableSecurity,
  workerPolicy,
} from "../src/storage/index.ts";

const adminUrl = "postgres://postgres:secret@127.0.0.1:55440/postgres";
const urls = await bootstrapDatabase({
  adminUrl,
  service: "auth",
  passwords: { owner: "o:/@", app: "a", worker: "w" },
  databaseName: "try_" + Date.now(),
});
console.log(urls);
const m1 = sqlMigration("0001-first", [
  `create table thing (account_id uuid not null, id uuid not null, n bigint, d numeric, at timestamptz, day date, b bytea, j jsonb, ns bigint[], ats timestamptz[], primary key (account_id, id))`,
  ...tableSecurity("auth", "thing"),
  ...workerPolicy("auth", "thing", ["select"]),
  ...lookupPolicy("auth", "thing"),
  `insert into thing(account_id,id,j) select '00000000-0000-7000-8000-000000000000','00000000-0000-7000-8000-000000000000','{"a?":1}' where '{"a":1}'::jsonb ? 'b'`,
  ...lookupFunction("auth", {
    name: "find_thing",
    args: "p_id uuid",
    returns: "table (account_id uuid)",
    body: "select t.account_id from thing t where t.id = p_id",
  }),
]);
console.log(
  await migrate({ url: urls.ownerUrl, migrations: [m1], service: "auth" }),
  await migrate({ url: urls.ownerUrl, migrations: [m1], service: "auth" }),
);
const Thing = defineEntity({
  name: "Thing",
  tableName: "thing",
  properties: {
    accountId: p.uuid().primary().name("account_id"),
    id: p.uuid().primary(),
    n: p.bigint().nullable(),
    d: p.decimal().nullable(),
    at: p.datetime().nullable(),
    day: p.date().nullable(),
    b: p.blob().nullable(),
    j: p.json().nullable(),
  },
});
const db = openDatabase({
  ...urls,
  entities: [Thing],
  logger: pino(),
  writeOutbox: async (tx, ev) => {
    await tx.sql("select 1");
  },
});
const a = newId(),
  b = newId(),
  id = newId();
await db.inAccount(a, (tx) =>
  tx.sql("insert into thing values ($1,$2,$3,$4,$5,$6,$7,$8,$9::bigint[],$10::timestamptz[])", [
    a,
    id,
    9007199254740993n,
    "1.50",
    new Date(),
    "2026-11-23",
    Buffer.from("hi"),
    JSON.stringify({ x: 1 }),
    ["1", 2n],
    [new Date()],
  ]),
);
console.log(
  await db.inAccount(a, (tx) => tx.sql("select * from thing where id = any($1::uuid[])", [[id]])),
);
console.log("other", await db.inAccount(b, (tx) => tx.sql("select * from thing")));
console.log("lookup", await db.inAccount(b, (tx) => tx.sql("select * from find_thing($1)", [id])));
console.log("worker", (await db.asWorker((tx) => tx.sql("select * from thing"))).length);
console.log(
  "em",
  await db.inAccount(a, async (tx) => {
    const [t] = await tx.em.find(Thing, {});
    console.log(t);
    t!.n = "5";
    t!.at = new Date(0);
    const t2 = tx.em.create(Thing, { accountId: a, id: newId(), n: "3" } as never);
    return t?.n;
  }),
);
console.log(await db.inAccount(a, (tx) => tx.sql("select n, at from thing")));
console.log(
  "em.execute",
  await db.inAccount(a, (tx) => tx.em.execute("select n, at, d from thing where id = ?", [id])),
);
for (const f of [
  () => db.inAccount(b, (tx) => tx.sql("insert into thing values ($1,$2)", [a, newId()])),
  () => db.inAccount(a, (tx) => tx.sql("select pg_sleep(11)")),
  () => db.inAccount(a, () => db.inAccount(a, async () => 1)),
  () => db.inAccount(a, (tx) => tx.sql("insert into thing values ($1,$2)", [a, id])),
  () =>
    db.inAccount(a, async (tx) => {
      const t2 = tx.em.create(Thing, { accountId: a, id, n: "3" } as never);
    }),
]) {
  try {
    await f();
    console.log("no error");
  } catch (e: any) {
    console.log(e.constructor.name, e.code, e.reason, e.message.slice(0, 100), e.constraint);
  }
}
// overhead
const bench = async (name: string, f: () => Promise<unknown>, n = 1500) => {
  for (let i = 0; i < 200; i++) await f();
  const t = process.hrtime.bigint(),
    c = process.cpuUsage();
  for (let i = 0; i < n; i++) await f();
  const el = Number(process.hrtime.bigint() - t) / 1e3 / n;
  const cc = process.cpuUsage(c);
  console.log(name, el.toFixed(0), "us each", ((cc.user + cc.system) / n).toFixed(0), "us cpu");
};

import pg from "pg";

const pool = new pg.Pool({ connectionString: urls.url, max: 10 });
await bench("pg raw begin;set/select/commit", async () => {
  const c = await pool.connect();
  await c.query(`begin; select set_config('app.account_id', '${a}', true)`);
  await c.query("select n from thing where id = $1", [id]);
  await c.query("commit");
  c.release();
});
await bench("tx.sql", () =>
  db.inAccount(a, (tx) => tx.sql("select n from thing where id = $1", [id])),
);
await bench("tx.em.find", () =>
  db.inAccount(a, (tx) => tx.em.findOne(Thing, { accountId: a, id })),
);
await bench("tx.em.execute", () =>
  db.inAccount(a, (tx) => tx.em.execute("select n from thing where id = ?", [id])),
);
await pool.end();
await db.ping();
const stop = await db.listen("things", (s) => console.log("notified", JSON.stringify(s)));
await new Promise((r) => setTimeout(r, 300));
await db.inAccount(a, (tx) => tx.sql("select pg_notify('things','x')"));
await db.asWorker((tx) => tx.sql("select 1"));
await new Promise((r) => setTimeout(r, 100));
await stop();
await db.close();
