import assert from "node:assert/strict";
import { once } from "node:events";
import { createConnection } from "node:net";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { openTestDoor } from "./web-door.ts";

describe("stopping the web door", () => {
  it("waits for a client that stands still no longer than the drain", async () => {
    const door = await openTestDoor(1, { TOLLBOOK_DRAIN: "300ms" });
    const client = createConnection(Number(new URL(door.url).port), "127.0.0.1");
    client.on("error", () => undefined);
    await once(client, "connect");
    // The rest of the body never comes.
    const head = ["POST /v1/sessions HTTP/1.1", "host: a", "content-type: application/json"];
    client.write(`${[...head, "content-length: 100"].join("\r\n")}\r\n\r\n{`);
    await sleep(100);
    const began = performance.now();
    await door.parts.stop();
    const took = performance.now() - began;
    client.destroy();
    assert.ok(took > 250 && took < 3_000, `took ${took} ms`);
  });
});
