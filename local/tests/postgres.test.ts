import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, it } from "node:test";
import { eventually, needs } from "@tollbook/testing";
import pg from "pg";
import { freePort, startPostgres, throwawayFolder } from "../src/parts/index.ts";
import { processName } from "../src/parts/process-facts.ts";

const parts = new URL("../src/parts/index.ts", import.meta.url).href;

describe("startPostgres", needs("postgres"), () => {
  it("makes a cluster that sorts and folds the same on every machine", async () => {
    const dataFolder = join(throwawayFolder().path, "postgres");
    const server = await startPostgres({ dataFolder });
    const sql = "select datlocprovider::text || datlocale || upper('é') as it from pg_database";
    assert.equal(await ask(server.adminUrl, `${sql} where datname = 'postgres'`), "bC.UTF-8É");
    await server.stop();
    assert.equal(await server.ended, "exit code 0");
  });

  it("keeps its data from one start to the next", async () => {
    const dataFolder = join(throwawayFolder().path, "postgres");
    const first = await startPostgres({ dataFolder });
    await ask(first.adminUrl, "create table kept as select 'yesterday' as it");
    await first.stop();
    const second = await startPostgres({ dataFolder });
    assert.equal(await ask(second.adminUrl, "select it from kept"), "yesterday");
    await second.stop();
  });

  it("takes over from a server whose process was killed with -9", async () => {
    const dataFolder = join(throwawayFolder().path, "postgres");
    const left = await startAndKillParent(dataFolder);
    assert.ok(isThere(left), "the server outlives the process that started it");
    const server = await startPostgres({ dataFolder });
    assert.ok(!isThere(left), "the one left behind is gone");
    assert.equal(await ask(server.adminUrl, "select 'served' as it"), "served");
    await server.stop();
  });

  it("starts again after kill -9 while a session of the killed server is still at work", async () => {
    const dataFolder = join(throwawayFolder().path, "postgres");
    const first = await startPostgres({ dataFolder });
    const client = new pg.Client({ connectionString: first.adminUrl });
    client.on("error", () => {});
    await client.connect();
    // While it runs, this query looks neither at the postmaster nor at its client.
    const busy = `do $$ begin perform sum(i * 1.5) from generate_series(1, 4000000) i; end $$`;
    client.query(busy).catch(() => {});
    await eventually(async () => {
      const running = "select count(*)::int as it from pg_stat_activity where query like 'do %'";
      assert.equal(await ask(first.adminUrl, running), 1);
    });
    await first.kill();
    const second = await startPostgres({ dataFolder });
    assert.equal(await ask(second.adminUrl, "select 'served' as it"), "served");
    await second.stop();
  });

  it("is not kept from starting by a stranger who got the id of the killed server", async () => {
    const dataFolder = join(throwawayFolder().path, "postgres");
    const first = await startPostgres({ dataFolder });
    await first.kill();
    const file = join(dataFolder, "cluster/postmaster.pid");
    const lines = readFileSync(file, "utf8").split("\n");
    writeFileSync(file, [process.pid, ...lines.slice(1)].join("\n"));
    await (await startPostgres({ dataFolder })).stop();
  });

  it("does not stop a server whose process lives", async () => {
    const dataFolder = join(throwawayFolder().path, "postgres");
    const server = await startPostgres({ dataFolder });
    await assert.rejects(startPostgres({ dataFolder }), /is in use by process \d+/);
    assert.equal(await ask(server.adminUrl, "select 'served' as it"), "served");
    await server.stop();
  });

  it("names the port that is taken", async () => {
    const dataFolder = join(throwawayFolder().path, "postgres");
    const port = await freePort();
    const other = createServer().listen(port, "127.0.0.1");
    await once(other, "listening");
    const message = `Port ${port} of 127.0.0.1, wanted for PostgreSQL, is taken.`;
    await assert.rejects(startPostgres({ dataFolder, port }), { message });
    other.close();
    await (await startPostgres({ dataFolder, port })).stop();
  });

  it("says what PostgreSQL said when it does not come up", async () => {
    const dataFolder = join(throwawayFolder().path, "postgres");
    const settings = { shared_buffers: "no" };
    await assert.rejects(startPostgres({ dataFolder, settings }), /shared_buffers/);
  });
});

describe("throwawayFolder", needs("postgres"), () => {
  it("clears away the folder and the server of a killed process", async () => {
    const room = throwawayFolder();
    const code = `
      const { startPostgres, throwawayFolder } = await import(${JSON.stringify(parts)});
      const { path } = throwawayFolder();
      const server = await startPostgres({ dataFolder: path + "/postgres" });
      console.log(JSON.stringify({ path, pid: server.pid }));
      process.kill(process.pid, "SIGKILL");`;
    const { path, pid } = JSON.parse(await outputOf(code));
    assert.ok(existsSync(path) && isThere(pid));
    throwawayFolder().remove();
    assert.ok(!existsSync(path) && !isThere(pid));
    room.remove();
  });
});

async function startAndKillParent(dataFolder: string): Promise<number> {
  const code = `
    const { startPostgres } = await import(${JSON.stringify(parts)});
    const server = await startPostgres({ dataFolder: ${JSON.stringify(dataFolder)} });
    console.log(server.pid);
    process.kill(process.pid, "SIGKILL");`;
  return Number(await outputOf(code));
}

async function outputOf(code: string): Promise<string> {
  const child = spawn(process.execPath, ["--input-type=module", "-e", code], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.on("data", (chunk) => {
    text += chunk;
  });
  await once(child, "close");
  return text;
}

const isThere = (pid: number) => processName(pid) !== undefined;

async function ask(url: string, sql: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<{ it: unknown }>(sql)).rows[0]?.it;
  } finally {
    await client.end();
  }
}
