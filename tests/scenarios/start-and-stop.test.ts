import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { throwawayFolder } from "@tollbook/local/parts";
import { checkout, handedOn, needs } from "@tollbook/testing";
import { signUp } from "./world/account.ts";
import { apiOf } from "./world/api.ts";
import { grpcAnswers } from "./world/grpc-answers.ts";
import { type Platform, startPlatform } from "./world/platform.ts";
import { childrenOf, isAlive, residentKb } from "./world/processes-of.ts";

const main = join(checkout, "local", "src", "main.ts");
const stopWithinMs = 5_000;
/** What a stop may take when nothing is going on. */
const idleStopWithinMs = 3_000;
const residentMbMax = 500;
const anyPort = {
  TOLLBOOK_HTTP_PORT: "0",
  TOLLBOOK_GRPC_PORT: "0",
  TOLLBOOK_MAILBOX_PORT: "0",
  TOLLBOOK_SMTP_PORT: "0",
};

describe("npm start", needs("postgres", "nats"), () => {
  const platforms: Platform[] = [];
  const started = async (options = {}): Promise<Platform> => {
    const platform = await startPlatform(options);
    platforms.push(platform);
    return platform;
  };
  after(async () => {
    for (const platform of platforms) await platform.stop();
  });

  it("prints addresses that answer, over HTTP and gRPC", async () => {
    const platform = await started();
    for (const at of [platform.http, platform.grpc, platform.mailbox, platform.folder])
      assert.ok(platform.output().includes(at), `${at} in ${platform.output()}`);
    for (const path of ["/healthz", "/", "/docs", "/openapi.json"]) {
      const { status } = await apiOf(platform.http).fetch(path);
      assert.equal(status, 200, path);
    }
    assert.equal((await fetch(platform.mailbox)).status, 200);
    await grpcAnswers(platform.grpc);
  });

  it("needs less than 500 MB with all its processes when idle", async (t) => {
    const [platform] = platforms;
    const pid = platform?.process.pid ?? 0;
    const all = [pid, ...childrenOf(pid)];
    const megabytes = all.map(residentKb).reduce((sum, kb) => sum + kb, 0) / 1024;
    t.diagnostic(`${Math.round(megabytes)} MB in ${all.length} processes`);
    assert.ok(all.length >= 3, `${all.length} processes`);
    assert.ok(megabytes > 50 && megabytes < residentMbMax, `${megabytes} MB`);
  });

  it("ends every child at SIGTERM and at SIGINT within five seconds, with exit code 0", async () => {
    const [first] = platforms;
    assert.ok(first);
    await endsAll(first, () => first.stop());
    const second = await started({ folder: first.folder });
    await endsAll(second, async () => {
      const exited = once(second.process, "exit");
      second.process.kill("SIGINT");
      const [code] = await exited;
      return code;
    });
  });

  it("finds yesterday's data after kill -9, whatever that left running", async () => {
    const first = await started();
    const { email, password } = await signUp(first.http);
    const left = childrenOf(first.process.pid ?? 0);
    await first.kill();
    assert.ok(left.some(isAlive), "PostgreSQL outlives what started it");
    const second = await started({ folder: first.folder });
    assert.deepEqual(left.filter(isAlive), [], "what was left is gone");
    const { session } = await apiOf(second.http).post("/v1/sessions", { email, password });
    assert.ok(session.accessToken);
    await second.stop();
  });

  it("names every taken port and its setting, and starts nothing", async () => {
    const { path } = throwawayFolder();
    const taken = await Promise.all([0, 1].map(() => listening()));
    const [http, smtp] = taken.map((server) => (server.address() as { port: number }).port);
    const env = { TOLLBOOK_HTTP_PORT: `${http}`, TOLLBOOK_SMTP_PORT: `${smtp}` };
    const { code, output } = await ended(run({ ...env, TOLLBOOK_STATE_FOLDER: join(path, "a") }));
    for (const server of taken) server.close();
    assert.equal(code, 1);
    assert.match(output, new RegExp(`port ${http}, which another .* set TOLLBOOK_HTTP_PORT`));
    assert.match(output, new RegExp(`port ${smtp}, which another .* set TOLLBOOK_SMTP_PORT`));
    assert.ok(!existsSync(join(path, "a")), "no state folder was made");
  });

  it("says what to do when nats-server cannot be had, and leaves nothing running", async () => {
    const folder = join(throwawayFolder().path, "state");
    const nowhere = { TOLLBOOK_NATS_SERVER: "/nonexistent", TOLLBOOK_STATE_FOLDER: folder };
    const { code, output } = await ended(run(nowhere));
    assert.equal(code, 1);
    assert.match(output, /\/nonexistent cannot be used: .*\n.*TOLLBOOK_NATS_SERVER/);
    assert.ok(!existsSync(join(folder, "postgres", "cluster", "postmaster.pid")));
  });

  async function endsAll(platform: Platform, stop: () => Promise<number | null>): Promise<void> {
    const children = childrenOf(platform.process.pid ?? 0);
    const servers = serversOf(platform.folder);
    assert.ok(servers.every((pid) => children.includes(pid)));
    const began = performance.now();
    assert.equal(await stop(), 0, platform.output());
    const took = performance.now() - began;
    assert.ok(took < stopWithinMs, `took ${took} ms`);
    assert.deepEqual(children.filter(isAlive), []);
    if (took > idleStopWithinMs) console.warn(`the platform took ${took} ms to stop`);
  }
});

describe("npm start, asked before it starts", () => {
  const ask = (argument: string, env: Record<string, string> = {}) => {
    const folder = join(throwawayFolder().path, "state");
    const options = { env: { ...env, TOLLBOOK_STATE_FOLDER: folder }, encoding: "utf8" as const };
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, argument], options);
    assert.ok(!existsSync(folder), "it made nothing");
    return { status, said: stdout + stderr };
  };

  it("tells all wrong settings at once", () => {
    const wrong = { TOLLBOOK_HTTP_PORT: "eighty", TOLLBOOK_SEAL_DELAY: "40d" };
    for (const argument of ["--check-config", "--processes"]) {
      const { status, said } = ask(argument, wrong);
      assert.equal(status, 1);
      for (const name of Object.keys(wrong)) assert.match(said, new RegExp(name));
    }
  });

  it("checks the settings and explains them, and starts nothing", () => {
    const good = ask("--check-config");
    assert.equal(good.status, 0);
    assert.match(good.said, /the settings are good/);
    const { status, said } = ask("--help");
    assert.equal(status, 0);
    for (const word of ["TOLLBOOK_HTTP_PORT", "TOLLBOOK_NATS_SERVER", "--processes"])
      assert.ok(said.includes(word), word);
  });

  it("knows no other option", () => {
    const { status, said } = ask("--fast");
    assert.equal(status, 1);
    assert.match(said, /There is no option --fast/);
  });
});

/** The ids that PostgreSQL and nats-server wrote down in the state folder. */
function serversOf(folder: string): number[] {
  const files = [join("postgres", "cluster", "postmaster.pid"), join("nats", "nats-server.pid")];
  return files.map((file) => Number.parseInt(readFileSync(join(folder, file), "utf8"), 10));
}

function run(env: Record<string, string>): ChildProcess {
  const { natsServer = "" } = handedOn();
  return spawn(process.execPath, [main], {
    env: { TOLLBOOK_NATS_SERVER: natsServer, ...anyPort, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

async function ended(child: ChildProcess): Promise<{ code: number | null; output: string }> {
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (text) => (output += text));
  const [code] = await once(child, "close");
  return { code, output };
}

async function listening(): Promise<Server> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}
