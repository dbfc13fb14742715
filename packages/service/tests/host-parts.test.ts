import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Client, credentials } from "@grpc/grpc-js";
import { TimeServiceClient } from "@tollbook/contracts/local/v1";
import { DomainError, TravellingClock } from "@tollbook/domain";
import {
  createClient,
  hostParts,
  Registry,
  type ServiceParts,
  serveMetrics,
  stopInOrder,
} from "@tollbook/service";
import { EchoClient, echoDoor } from "./echo-service.ts";
import { quiet, TestCredentials } from "./start-host.ts";

interface Watched extends ServiceParts {
  log: string[];
}

function echoParts(check: () => Promise<void>): Watched {
  const log: string[] = [];
  return {
    log,
    name: "echo",
    doors: [echoDoor()],
    start: async () => void log.push("start"),
    checks: { dependency: check },
    stop: async () => void log.push("stop"),
  };
}

async function hosting(parts: ServiceParts, timeControl?: TravellingClock) {
  const metrics = new Registry();
  const hosted = await hostParts({
    parts: [parts],
    credentials: new TestCredentials(),
    jwks: { keys: [] },
    address: "127.0.0.1:0",
    drainMs: 500,
    logger: quiet,
    metrics,
    ...(timeControl && { timeControl }),
  });
  const stop = () => stopInOrder({ steps: hosted.stopSteps, withinMs: 1_000, logger: quiet });
  return { ...hosted, metrics, address: `127.0.0.1:${hosted.port}`, stop };
}

/** What grpc.health.v1 says: 1 SERVING, 2 NOT_SERVING. */
function healthOf(address: string, service: string): Promise<number> {
  const client = new Client(address, credentials.createInsecure());
  const text = Buffer.from(service);
  const request = Buffer.concat([Buffer.from([0x0a, text.length]), text]);
  return new Promise((resolve, reject) => {
    const same = (bytes: Buffer) => bytes;
    client.makeUnaryRequest(
      "/grpc.health.v1.Health/Check",
      same,
      same,
      request,
      (error, answer) => {
        client.close();
        if (error) reject(error);
        else resolve(answer?.[1] ?? 0);
      },
    );
  });
}

describe("parts in a host", () => {
  it("are served on one port, started after the doors, stopped after them", async () => {
    const parts = echoParts(async () => {});
    const { address, stop } = await hosting(parts);
    const client = createClient(EchoClient, { address, deadlineMs: 2_000, logger: quiet });
    assert.deepEqual(await client.say({ text: "hi" }), { text: "hi" });
    assert.deepEqual(parts.log, ["start"]);
    client.close();
    await stop();
    assert.deepEqual(parts.log, ["start", "stop"]);
  });

  it("are healthy while their checks pass, each service by name and all together", async () => {
    let ready = true;
    const parts = echoParts(async () => {
      if (!ready) throw new Error("the database is away");
    });
    const { address, host, stop } = await hosting(parts);
    const names = ["", "tollbook.test.v1.EchoService"];
    for (const name of names) assert.equal(await healthOf(address, name), 1);
    ready = false;
    const report = await host.health.report();
    assert.deepEqual(report, {
      echo: { ready: false, faults: { dependency: "the database is away" } },
    });
    for (const name of names) assert.equal(await healthOf(address, name), 2);
    ready = true;
    await host.health.report();
    assert.equal(host.health.ready, true);
    await stop();
  });

  it("show their metrics and readiness over HTTP", async () => {
    const { host, metrics, stop } = await hosting(echoParts(async () => {}));
    const { health } = host;
    const server = await serveMetrics({ address: "127.0.0.1:0", metrics, health });
    const get = (path: string) => fetch(`http://127.0.0.1:${server.port}${path}`);
    assert.match(await (await get("/metrics")).text(), /tollbook_rpcs_in_flight/);
    assert.equal((await get("/healthz")).status, 200);
    assert.equal((await get("/else")).status, 404);
    await stop();
    assert.equal((await get("/healthz")).status, 503);
    await server.close();
  });

  it("let business time travel forward only, and only if the host allows it", async () => {
    const clock = new TravellingClock(new Date("2027-01-01T00:00:00Z"), () => 0);
    const { address, stop } = await hosting(
      echoParts(async () => {}),
      clock,
    );
    const client = createClient(TimeServiceClient, { address, deadlineMs: 2_000, logger: quiet });
    const time = new Date("2027-02-01T00:00:00Z");
    assert.deepEqual(await client.travel({ time }), { time });
    assert.deepEqual(await client.getTime({}), { time });
    const back = client.travel({ time: new Date("2026-01-01T00:00:00Z") });
    await assert.rejects(back, { reason: "CLOCK_GOES_FORWARD_ONLY" });
    await assert.rejects(client.travel({ time: undefined }), { reason: "TIME_MISSING" });
    client.close();
    await stop();
    const without = await hosting(echoParts(async () => {}));
    const other = createClient(TimeServiceClient, {
      address: without.address,
      deadlineMs: 2_000,
      logger: quiet,
    });
    await assert.rejects(other.getTime({}), (error) => {
      return error instanceof DomainError && error.kind === "unimplemented";
    });
    other.close();
    await without.stop();
  });
});
