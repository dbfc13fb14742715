import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { after, before, beforeEach, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { eventually } from "@tollbook/testing";
import { FakePlatform, rootKey } from "./fake-platform.ts";

let platform: FakePlatform;
let key: string;
before(async () => {
  platform = new FakePlatform();
  await platform.start();
});
after(() => void platform.stop());
let runs = 0;
beforeEach(() => {
  platform.hangs = false;
  runs += 1;
  key = platform.addCustomer(`customer ${runs}`).key;
});
const counted = () => platform.metering.calls(`customer ${runs}`);

/** Starts the host, makes ten calls, and does not wait for them to be reported. */
async function hostWithCalls(manners: string): Promise<ChildProcess> {
  const env = { TOLLBOOK_URL: platform.url, TOLLBOOK_KEY: rootKey, NODE_NO_WARNINGS: "1" };
  const host = fork(join(import.meta.dirname, "host.fixture.ts"), [manners], { env });
  const [port] = await once(host, "message");
  for (let i = 0; i < 10; i += 1) await call(port);
  return host;
}

async function call(port: unknown): Promise<void> {
  const headers = { "x-api-key": key, connection: "close" };
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/v1/forecast/pune`, { headers });
    await answer.text();
    if (answer.status !== 503) return; // not decided in time: a good client calls again
  }
}

async function ended(host: ChildProcess): Promise<{ code: unknown; signal: unknown; ms: number }> {
  const since = performance.now();
  const [code, signal] = await once(host, "exit");
  return { code, signal, ms: performance.now() - since };
}

describe("a host that is asked to end", () => {
  it("dies of the signal as it would without the SDK, with every call reported", async () => {
    const host = await hostWithCalls("default");
    host.kill("SIGTERM");
    const { signal, ms } = await ended(host);
    assert.equal(signal, "SIGTERM");
    assert.ok(ms < 5_000, `${ms}`);
    assert.equal(counted(), 10);
  });

  it("ends by itself when it closes its server, with every call reported", async () => {
    const host = await hostWithCalls("closes");
    host.kill("SIGTERM");
    const { code, ms } = await ended(host);
    assert.equal(code, 0);
    assert.ok(ms < 5_000, `${ms}`);
    assert.equal(counted(), 10);
  });

  it("goes on living when it ignores the signal, and reports what it has", async () => {
    const host = await hostWithCalls("ignores");
    host.kill("SIGTERM");
    await eventually(() => assert.equal(counted(), 10));
    await sleep(300);
    assert.equal(host.exitCode ?? host.signalCode, null);
    host.kill("SIGKILL");
  });

  it("ends within five seconds though Tollbook does not answer, and at once on a second signal", async () => {
    const [patient, hurried] = [await hostWithCalls("default"), await hostWithCalls("default")];
    platform.hangs = true;
    patient.kill("SIGTERM");
    hurried.kill("SIGTERM");
    setTimeout(() => hurried.kill("SIGTERM"), 100);
    const [late, soon] = await Promise.all([ended(patient), ended(hurried)]);
    assert.ok(late.ms < 6_000 && late.signal === "SIGTERM", `${late.ms}`);
    assert.ok(soon.ms < 2_000 && soon.signal === "SIGTERM", `${soon.ms}`);
  });
});
