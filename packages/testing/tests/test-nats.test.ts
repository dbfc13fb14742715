import assert from "node:assert/strict";
import { connect } from "node:net";
import { describe, it } from "node:test";
import { needs, testNats } from "../src/index.ts";

describe("testNats", needs("nats"), () => {
  it("keeps its address over a stop, a kill and a wipe", async () => {
    const nats = await testNats();
    assert.match(await greeting(nats.url), /"jetstream":true/);
    await nats.stop();
    await assert.rejects(greeting(nats.url), /ECONNREFUSED/);
    nats.wipe();
    await nats.start();
    await nats.kill();
    await nats.start();
    assert.match(await greeting(nats.url), /"jetstream":true/);
    await nats.stop();
  });

  it("gives each caller a server of its own", async () => {
    const [one, other] = await Promise.all([testNats(), testNats()]);
    assert.notEqual(one.url, other.url);
    await Promise.all([one.stop(), other.stop()]);
  });
});

function greeting(url: string): Promise<string> {
  const { port, hostname } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ port: Number(port), host: hostname });
    socket.once("error", reject);
    socket.once("data", (data) => {
      resolve(data.toString());
      socket.destroy();
    });
  });
}
