import assert from "node:assert/strict";
import { once } from "node:events";
import { createConnection } from "node:net";
import { describe, it } from "node:test";
import { openTestDoor } from "./web-door.ts";

/** Together far more than the buffers of a connection hold. */
const requests = 100;

describe("stopping the web door", () => {
  it("waits for a client that does not read no longer than the drain", async () => {
    const door = await openTestDoor(1, { TOLLBOOK_DRAIN: "200ms" });
    const client = createConnection(Number(new URL(door.url).port), "127.0.0.1");
    client.on("error", () => undefined);
    client.write("GET /openapi.json HTTP/1.1\r\nhost: localhost\r\n\r\n".repeat(requests));
    await once(client, "readable");
    const began = performance.now();
    await door.parts.stop();
    const took = performance.now() - began;
    client.destroy();
    assert.ok(took > 150 && took < 3_000, `took ${took} ms`);
  });
});
