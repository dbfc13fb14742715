import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { describe, it } from "node:test";
import { createClient } from "@tollbook/service";
import { eventually } from "@tollbook/testing";
import { EchoClient } from "./echo-service.ts";
import { quiet, serviceKeys } from "./start-host.ts";

const main = join(import.meta.dirname, "echo-process", "main.ts");
const keys = serviceKeys.auth;
assert.ok(keys);
const env = {
  TOLLBOOK_GREETING: "Hello",
  TOLLBOOK_LISTEN: "127.0.0.1:0",
  TOLLBOOK_SERVICE_KEY: JSON.stringify(keys.privateKey),
  TOLLBOOK_SERVICE_KEY_SET: JSON.stringify(keys.jwks),
};

interface Run {
  child: ChildProcess;
  lines: () => Record<string, unknown>[];
  text: () => string;
  ended: Promise<unknown[]>;
}

function run(args: string[], environment: Record<string, string> = env): Run {
  const child = spawn(process.execPath, [main, ...args], { env: environment });
  let out = "";
  child.stdout.on("data", (chunk) => {
    out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    out += chunk;
  });
  const json = (line: string) => JSON.parse(line) as Record<string, unknown>;
  const lines = () =>
    out
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map(json);
  return { child, lines, text: () => out, ended: once(child, "close") };
}

describe("a service's own process", () => {
  it("serves until it is told to stop, and then stops in order with exit code 0", async () => {
    const { child, lines, ended, text } = run([]);
    const line = (msg: string) => lines().find((one) => one.msg === msg);
    const serving = await eventually(() => line("serving") ?? null, { withinMs: 20_000 });
    const address = `127.0.0.1:${serving.port}`;
    const client = createClient(EchoClient, { address, deadlineMs: 5_000, logger: quiet });
    assert.deepEqual(await client.say({ text: "world" }), { text: "Hello, world" });
    client.close();
    child.kill("SIGTERM");
    assert.deepEqual(await ended, [0, null], text());
    const order = lines().map(({ msg }) => msg);
    assert.deepEqual(order.slice(-3), ["stopping", "work ended", "stopped"]);
  });

  it("does not start with wrong settings, and says all that is wrong", async () => {
    const { ended, text } = run([], { TOLLBOOK_LOG_LEVEL: "loud" });
    assert.deepEqual(await ended, [1, null]);
    assert.match(text(), /tollbook auth: 4 settings are wrong/);
    for (const name of ["GREETING", "LOG_LEVEL", "SERVICE_KEY", "SERVICE_KEY_SET"]) {
      assert.match(text(), new RegExp(`TOLLBOOK_${name} is`));
    }
  });

  it("explains its settings and those of every process", async () => {
    const { ended, text } = run(["--help"], {});
    assert.deepEqual(await ended, [0, null]);
    for (const name of ["TOLLBOOK_GREETING", "TOLLBOOK_LISTEN"]) assert.ok(text().includes(name));
  });
});
