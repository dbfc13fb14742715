import assert from "node:assert/strict";
import http2 from "node:http2";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { DomainError, newId } from "@tollbook/domain";
import { type Door, unaryFrame } from "@tollbook/service";
import { eventually } from "@tollbook/testing";
import { EchoService, echoDoor, openToAll, type Words } from "./echo-service.ts";
import { startHost } from "./start-host.ts";

type Ask = (bytes: number) => void;

/** A door whose Say takes frames, behind an intake that counts and may refuse. */
function guardedDoor({ enter = pass, sized = pass }: Partial<Asks>, permissions = openToAll) {
  const seen = { entered: 0, left: 0, sizes: [] as number[], bytes: 0, leftInWork: 0 };
  const door: Door = {
    ...echoDoor({}, permissions),
    implementation: {
      say: unaryFrame<Words, Words, Words>(EchoService.say.requestDeserialize, async (frame) => {
        seen.bytes = frame.bytes;
        seen.leftInWork = seen.left;
        return frame.decode();
      }),
    },
    intakes: {
      Say: {
        enter: () => {
          enter(0);
          seen.entered += 1;
          return {
            sized: (bytes) => {
              seen.sizes.push(bytes);
              sized(bytes);
            },
            leave: () => {
              seen.left += 1;
            },
          };
        },
      },
    },
  };
  return { door, seen };
}

interface Asks {
  enter: Ask;
  sized: Ask;
}

const pass: Ask = () => {};
const full: Ask = () => {
  throw new DomainError("exhausted", "FULL", "Come back.", {}, { retryAfterMs: 250 });
};

describe("an intake", () => {
  it("lets a request in, hears its size once, and is left when its work has ended", async () => {
    const { door, seen } = guardedDoor({});
    const { client, close } = await startHost(door);
    assert.deepEqual(await client.say({ text: "a" }), { text: "a" });
    assert.deepEqual(seen, { entered: 1, left: 1, sizes: [12], bytes: 12, leftInWork: 0 });
    await close();
  });

  it("refuses a call before its body has come, with the time to come back", async () => {
    const { door, seen } = guardedDoor({ enter: full });
    const { client, address, close } = await startHost(door);
    const { status } = await openCall(address);
    assert.equal(await status, "8");
    await assert.rejects(client.say({ text: "a" }), { reason: "FULL", retryAfterMs: 250 });
    assert.equal(seen.bytes, 0, "the handler saw nothing");
    await close();
  });

  it("refuses a call when its first bytes say its size, before the rest has come", async () => {
    const tooMuch: Ask = (bytes) => bytes > 1_000 && full(bytes);
    const { door, seen } = guardedDoor({ sized: tooMuch });
    const { client, address, close } = await startHost(door);
    const call = await openCall(address);
    call.write([0, 0]);
    call.write([0, 0xff, 0xff]);
    assert.equal(await call.status, "8");
    assert.deepEqual([seen.sizes, seen.left, seen.bytes], [[0xffff], 1, 0]);
    await assert.rejects(client.say({ text: "a".repeat(2_000) }), { reason: "FULL" });
    assert.deepEqual(await client.say({ text: "a" }), { text: "a" });
    assert.equal(seen.left, 3);
    await close();
  });

  it("takes what is compressed for as large as may be until it is there", async () => {
    const { door, seen } = guardedDoor({});
    const { address, close } = await startHost(door);
    const body = gzipSync(JSON.stringify({ text: "a" }));
    const call = await openCall(address, { "grpc-encoding": "gzip" });
    call.write([1, 0, 0, 0, body.length, ...body]);
    call.end();
    assert.equal(await call.status, "0");
    assert.deepEqual(seen.sizes, [64 * 1_024, 12]);
    await close();
  });

  it("is left by a call without a request, which nobody works on", async () => {
    const { door, seen } = guardedDoor({});
    const { address, close } = await startHost(door);
    const call = await openCall(address);
    call.end();
    assert.equal(await call.status, "12");
    await eventually(() => assert.equal(seen.left, 1));
    await close();
  });

  it("is not asked for a caller who is not let in", async () => {
    const { door, seen } = guardedDoor(
      { enter: full },
      { ...openToAll, Say: { scope: "usage:write" } },
    );
    const { client, close } = await startHost(door, { credential: () => `tb_root_${newId()}` });
    await assert.rejects(client.say({ text: "a" }), { kind: "unauthenticated" });
    assert.equal(seen.entered, 0);
    await close();
  });

  it("is left by a request that does not come in time, and by a caller who goes", async () => {
    const { door, seen } = guardedDoor({});
    const { address, close } = await startHost(door, { limits: { readWithinMs: 100 } });
    const late = await openCall(address);
    assert.equal(await late.status, "8");
    const gone = await openCall(address);
    await eventually(() => assert.equal(seen.entered, 2));
    gone.session.destroy();
    await eventually(() => assert.equal(seen.left, 2));
    await close();
  });
});

/** A call of Say whose headers are sent, and of its body what is written. */
async function openCall(address: string, headers: http2.OutgoingHttpHeaders = {}) {
  const session = http2.connect(`http://${address}`);
  session.on("error", () => {});
  const stream = session.request({
    ":method": "POST",
    ":path": "/tollbook.test.v1.EchoService/Say",
    "content-type": "application/grpc",
    te: "trailers",
    ...headers,
  });
  stream.on("error", () => {});
  const status = new Promise<string>((resolve) => {
    const read = (headers: http2.IncomingHttpHeaders) => {
      if (headers["grpc-status"]) resolve(String(headers["grpc-status"]));
    };
    stream.on("response", read).on("trailers", read);
  });
  void status.then(() => session.destroy());
  const write = (bytes: number[]) => void stream.write(Buffer.from(bytes));
  return { session, status, write, end: () => void stream.end() };
}
