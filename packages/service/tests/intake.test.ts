import assert from "node:assert/strict";
import http2 from "node:http2";
import { describe, it } from "node:test";
import { DomainError, newId } from "@tollbook/domain";
import { type Door, unaryFrame } from "@tollbook/service";
import { eventually } from "@tollbook/testing";
import { echoDoor, openToAll, type Words } from "./echo-service.ts";
import { startHost } from "./start-host.ts";

/** A door whose Say takes frames, behind an intake that counts and may refuse. */
function guardedDoor(enter: () => void, permissions = openToAll) {
  const seen = { entered: 0, left: 0, bytes: 0 };
  const door: Door = {
    ...echoDoor({}, permissions),
    implementation: {
      say: unaryFrame<Words, Words>(async (frame) => {
        seen.bytes = frame.bytes;
        return frame.decode();
      }),
    },
    intakes: {
      Say: {
        enter: async () => {
          enter();
          seen.entered += 1;
          return () => {
            seen.left += 1;
          };
        },
      },
    },
  };
  return { door, seen };
}

const full = () => {
  throw new DomainError("exhausted", "FULL", "Come back.", {}, { retryAfterMs: 250 });
};

describe("an intake", () => {
  it("lets a request in and is left once it is there", async () => {
    const { door, seen } = guardedDoor(() => {});
    const { client, close } = await startHost(door);
    assert.deepEqual(await client.say({ text: "a" }), { text: "a" });
    assert.deepEqual(seen, { entered: 1, left: 1, bytes: 12 });
    await close();
  });

  it("refuses a call before its body has come, with the time to come back", async () => {
    const { door, seen } = guardedDoor(full);
    const { client, address, close } = await startHost(door);
    const { status } = await openCall(address);
    assert.equal(await status, "8");
    await assert.rejects(client.say({ text: "a" }), { reason: "FULL", retryAfterMs: 250 });
    assert.equal(seen.bytes, 0, "the handler saw nothing");
    await close();
  });

  it("is not asked for a caller who is not let in", async () => {
    const { door, seen } = guardedDoor(full, { ...openToAll, Say: { scope: "usage:write" } });
    const { client, close } = await startHost(door, { credential: () => `tb_root_${newId()}` });
    await assert.rejects(client.say({ text: "a" }), { kind: "unauthenticated" });
    assert.equal(seen.entered, 0);
    await close();
  });

  it("is left by a request that does not come in time, and by a caller who goes", async () => {
    const { door, seen } = guardedDoor(() => {});
    const { address, close } = await startHost(door, { limits: { readWithinMs: 100 } });
    const late = await openCall(address);
    assert.equal(await late.status, "4");
    const gone = await openCall(address);
    await eventually(() => assert.equal(seen.entered, 2));
    gone.session.destroy();
    await eventually(() => assert.equal(seen.left, 2));
    await close();
  });
});

/** A call of Say whose headers are sent and whose body never is. */
async function openCall(address: string) {
  const session = http2.connect(`http://${address}`);
  session.on("error", () => {});
  const stream = session.request({
    ":method": "POST",
    ":path": "/tollbook.test.v1.EchoService/Say",
    "content-type": "application/grpc",
    te: "trailers",
  });
  stream.on("error", () => {});
  const status = new Promise<string>((resolve) => {
    const read = (headers: http2.IncomingHttpHeaders) => {
      if (headers["grpc-status"]) resolve(String(headers["grpc-status"]));
    };
    stream.on("response", read).on("trailers", read);
  });
  void status.then(() => session.destroy());
  return { session, status };
}
