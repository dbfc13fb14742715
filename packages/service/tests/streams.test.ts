import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { DomainError } from "@tollbook/domain";
import { fromGrpcError } from "@tollbook/service";
import { eventually } from "@tollbook/testing";
import { echoDoor, type Words } from "./echo-service.ts";
import { startHost } from "./start-host.ts";

async function* shout(requests: AsyncIterable<Words>) {
  for await (const { text } of requests) yield { text: text.toUpperCase() };
}

async function* tick(_request: unknown, _caller: unknown, { signal }: { signal: AbortSignal }) {
  for (let at = 0; !signal.aborted; at += 1) {
    yield { at };
    await delay(10, undefined, { signal }).catch(() => undefined);
  }
}

/** Reads a stream to its end: what came, and the DomainError it ended with, if any. */
async function readAll<T>(stream: AsyncIterable<T>): Promise<{ read: T[]; error?: DomainError }> {
  const read: T[] = [];
  try {
    for await (const message of stream) read.push(message);
    return { read };
  } catch (caught) {
    const error = fromGrpcError(caught);
    assert.ok(error instanceof DomainError, String(caught));
    return { read, error };
  }
}

describe("a stream of answers", () => {
  it("brings every answer, in order, and ends", async () => {
    const door = echoDoor({
      count: async function* ({ upTo }) {
        for (let at = 0; at < upTo; at += 1) yield { at };
      },
    });
    const { client, close } = await startHost(door);
    const { read, error } = await readAll(await client.count({ upTo: 2_000 }));
    assert.equal(error, undefined);
    assert.deepEqual(
      read.map(({ at }) => at),
      Array.from({ length: 2_000 }, (_, at) => at),
    );
    await close();
  });

  it("ends with the error its handler throws, after what was written", async () => {
    const door = echoDoor({
      count: async function* () {
        yield { at: 1 };
        throw new DomainError("not-found", "NOTHING_MORE", "There is nothing more.");
      },
    });
    const { client, close } = await startHost(door);
    const { read, error } = await readAll(await client.count({ upTo: 2 }));
    assert.deepEqual(read, [{ at: 1 }]);
    assert.equal(error?.reason, "NOTHING_MORE");
    await close();
  });

  it("stops its handler when the caller goes away", async () => {
    const stopped = Promise.withResolvers<void>();
    const door = echoDoor({
      count: async function* (request, caller, call) {
        yield* tick(request, caller, call);
        stopped.resolve();
      },
    });
    const { client, close } = await startHost(door);
    const stream = await client.count({ upTo: 0 });
    stream.once("data", () => stream.cancel());
    stream.on("error", () => {});
    await stopped.promise;
    await close();
  });

  it("is written only as fast as it is read", async () => {
    let made = 0;
    const door = echoDoor({
      count: async function* () {
        for (; made < 100_000; made += 1) yield { at: made };
      },
    });
    const { client, close } = await startHost(door);
    const stream = await client.count({ upTo: 0 });
    stream.on("error", () => {});
    stream.once("data", () => stream.pause());
    await delay(300);
    assert.ok(made < 50_000, `${made} answers were made for a caller that reads none`);
    stream.cancel();
    await close();
  });

  it("ends at a message boundary when its connection has reached its age", async () => {
    const limits = { connectionAgeMs: 200, connectionAgeGraceMs: 5_000 };
    const { client, close } = await startHost(echoDoor({ count: tick }), { limits });
    const start = performance.now();
    const { read, error } = await readAll(await client.count({ upTo: 0 }));
    assert.equal(error?.reason, "STREAM_RENEWED");
    assert.ok(read.length > 5);
    assert.ok(performance.now() - start < 3_000, "long before the grace is over");
    await close();
  });
});

describe("a stream both ways", () => {
  it("answers each request and ends when the caller has said all", async () => {
    const { client, close } = await startHost(echoDoor({ talk: shout }));
    const stream = await client.talk();
    for (const text of ["a", "b", "c"]) stream.write({ text });
    stream.end();
    const { read, error } = await readAll(stream);
    assert.deepEqual(
      read.map(({ text }) => text),
      ["A", "B", "C"],
    );
    assert.equal(error, undefined);
    await close();
  });

  it("ends with INTERNAL when its handler fails unexpectedly", async () => {
    const { client, close } = await startHost(echoDoor({ talk: shout }));
    const stream = await client.talk();
    stream.write({ text: 7 as never });
    const { error } = await readAll(stream);
    assert.equal(error?.kind, "internal");
    await close();
  });
});

describe("a drain", () => {
  it("lets a call that has begun finish, and takes no new one", async () => {
    const begun = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    const door = echoDoor({
      say: async ({ text }) => {
        begun.resolve();
        await finish.promise;
        return { text };
      },
    });
    const { client, host, close } = await startHost(door);
    const answer = client.say({ text: "safe" });
    await begun.promise;
    let drained = false;
    const drain = host.drain(5_000).then(() => {
      drained = true;
    });
    await assert.rejects(client.say({ text: "late" }, { deadlineMs: 500 }));
    assert.equal(drained, false);
    finish.resolve();
    assert.deepEqual(await answer, { text: "safe" });
    await drain;
    await close();
  });

  it("answers what a stream had asked, then ends it", async () => {
    const door = echoDoor({
      talk: async function* (requests) {
        for await (const { text } of requests) {
          await delay(100);
          yield { text };
        }
      },
    });
    const { client, host, close } = await startHost(door);
    const stream = await client.talk();
    const reading = readAll(stream);
    stream.write({ text: "asked before the drain" });
    await delay(50);
    await host.drain(3_000);
    const { read, error } = await reading;
    assert.deepEqual(read, [{ text: "asked before the drain" }]);
    assert.equal(error?.reason, "STREAM_RENEWED");
    await close();
  });

  it("cuts what does not end within its grace", async () => {
    const door = echoDoor({ say: () => delay(60_000, { text: "" }, { ref: false }) });
    const { client, host, close } = await startHost(door);
    const answer = client.say({ text: "" }, { deadlineMs: 30_000 });
    const refused = assert.rejects(answer, (error) => error instanceof DomainError);
    await delay(50);
    const start = performance.now();
    await host.drain(200);
    assert.ok(performance.now() - start < 2_000);
    await refused;
    await close();
  });

  it("is not ready any more", async () => {
    const { host, close } = await startHost(echoDoor());
    await eventually(() => assert.equal(host.health.ready, true));
    const drain = host.drain(100);
    assert.equal(host.health.ready, false);
    await drain;
    await close();
  });
});
