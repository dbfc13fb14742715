import assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { checkout, eventually, needs } from "@tollbook/testing";
import { programPath } from "../config.ts";
import { type Account, addCustomer, type Customer, publishFree, signUp } from "./world/account.ts";
import type { Json } from "./world/api.ts";
import { codeIn } from "./world/markdown.ts";
import { type Platform, startPlatform } from "./world/platform.ts";

/** Calls a month that the plan allows. */
const quota = 4;
const startWithinMs = 30_000;
const range = { startTime: "2026-12-31T18:30:00Z", endTime: "2027-01-31T18:30:00Z" };

const typesMs = 60_000;
/** Other tests may keep both cores. */
const patienceMs = 30_000;
const run = promisify(execFile);

describe("the three lines of the README", needs("postgres", "nats"), () => {
  const room = mkdtempSync(join(tmpdir(), "tollbook-readme-"));
  let platform: Platform | undefined;
  let api: Api | undefined;
  let account: Account;
  let customer: Customer;

  before(async () => {
    platform = await startPlatform({ startTime: "2027-01-10T06:00:00Z" });
    account = await signUp(platform.http);
    customer = await addCustomer(account, "ABC Pvt Ltd", await publishFree(account, quota));
    await eventually(async () => {
      const { quotas } = await account.owner.get(`/v1/quotas?customerId=${customer.customerId}`);
      assert.equal(quotas.length, 1);
    });
    writeApp(room);
    const settings = { TOLLBOOK_URL: `http://${platform.grpc}`, TOLLBOOK_KEY: account.rootKey };
    api = await startApi(room, settings);
  });
  after(async () => {
    await api?.stop();
    await platform?.stop();
    rmSync(room, { recursive: true });
  });

  const hello = (headers: Record<string, string>) => {
    assert.ok(api);
    return ask(`${api.url}/v1/hello`, headers);
  };

  it("have types that a strict compiler accepts", async () => {
    const compiler = join(checkout, "node_modules", "typescript", "bin", "tsc");
    const compiling = run(process.execPath, [compiler, "-p", room], { timeout: typesMs });
    await compiling.catch(({ stdout }) => assert.fail(stdout));
  });

  it("let a customer with a key in, and tell the handler who it is", async () => {
    const { status, body } = await hello({ "x-api-key": customer.key });
    assert.equal(status, 200, JSON.stringify(body));
    assert.equal(body.hello.id, customer.customerId);
    const asBearer = await hello({ authorization: `Bearer ${customer.key}` });
    assert.equal(asBearer.status, 200);
  });

  it("answer 401 without a key", async () => {
    const { status, type } = await hello({});
    assert.equal(status, 401);
    assert.match(type, /^application\/problem\+json/);
  });

  it("count each call with its route, status and latency", async () => {
    const filter = { customerIds: [customer.customerId] };
    const groupBy = ["ENDPOINT", "METHOD", "STATUS_CLASS"].map((name) => `USAGE_DIMENSION_${name}`);
    await eventually(
      async () => {
        const query = { ...range, filter, groupBy, latency: true };
        const { rows } = await account.owner.post("/v1/usage:query", query);
        const [{ group, calls, latency }] = rows;
        assert.equal(calls, "2");
        assert.equal(group.endpoint, "/v1/hello");
        assert.equal(group.method, "GET");
        assert.equal(group.statusClass, 2);
        assert.ok(latency.p50Ms > 0 && latency.p50Ms <= latency.p99Ms, JSON.stringify(latency));
      },
      { withinMs: patienceMs },
    );
  });

  it("refuse with a clear problem+json once the limit is used up", async () => {
    for (let left = quota - 2; left > 0; left -= 1) {
      assert.equal((await hello({ "x-api-key": customer.key })).status, 200);
    }
    const { status, type, body } = await hello({ "x-api-key": customer.key });
    assert.equal(status, 429);
    assert.match(type, /^application\/problem\+json/);
    assert.match(body.type, /quota-exceeded/);
  });
});

interface Api {
  url: string;
  stop(): Promise<void>;
}

/** A project that is an Express app with nothing but the README's lines in it. */
function writeApp(room: string): void {
  const [threeLines, ...more] = codeIn("README.md", "Three lines", "ts");
  assert.ok(threeLines !== undefined && more.length === 0);
  const tsconfig = { extends: join(checkout, "tsconfig.json"), include: ["app.ts"] };
  writeFileSync(join(room, "package.json"), JSON.stringify({ type: "module" }));
  writeFileSync(join(room, "tsconfig.json"), JSON.stringify(tsconfig));
  writeFileSync(join(room, "app.ts"), `${beforeThem}\n${threeLines}\n${afterThem}`);
  symlinkSync(join(checkout, "node_modules"), join(room, "node_modules"));
}

async function startApi(room: string, settings: Record<string, string>): Promise<Api> {
  const child = spawn(process.execPath, [join(room, "app.ts")], {
    env: { PATH: programPath, ...settings },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const timeout = AbortSignal.timeout(startWithinMs);
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`The README's app ended with ${code} at its start.`);
  });
  const [port] = await Promise.race([once(child, "message", { signal: timeout }), ended]);
  ended.catch(() => undefined);
  return { url: `http://127.0.0.1:${port}`, stop: () => stop(child) };
}

const beforeThem = `import express from "express";
const app = express();`;
const afterThem = `
const server = app.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.send?.(typeof address === "object" && address?.port);
});
process.on("disconnect", () => process.exit());
`;

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill();
  await exited;
}

/** Calls an API; what cannot be decided yet (503) is asked again, as a caller would. */
function ask(url: string, headers: Record<string, string>) {
  return eventually(
    async () => {
      const response = await fetch(url, { headers });
      assert.notEqual(response.status, 503);
      const type = response.headers.get("content-type") ?? "";
      return { status: response.status, type, body: (await response.json()) as Json };
    },
    { withinMs: patienceMs },
  );
}
