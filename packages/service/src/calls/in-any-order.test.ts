import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { inAnyOrder } from "./in-any-order.ts";

async function* upTo(count: number, read: number[] = []) {
  for (let at = 0; at < count; at += 1) {
    read.push(at);
    yield at;
  }
}

async function all<T>(answers: AsyncIterable<T>): Promise<T[]> {
  const got: T[] = [];
  for await (const answer of answers) got.push(answer);
  return got;
}

describe("answers in any order", () => {
  it("come as their work ends, each once", async () => {
    const waits = [40, 1, 20];
    const work = async (at: number) => {
      await delay(waits[at]);
      return at;
    };
    assert.deepEqual(await all(inAnyOrder(upTo(3), work, 3)), [1, 2, 0]);
  });

  it("never have more in work than allowed", async () => {
    let [inWork, most] = [0, 0];
    const work = async (at: number) => {
      inWork += 1;
      most = Math.max(most, inWork);
      await delay(1);
      inWork -= 1;
      return at;
    };
    assert.equal((await all(inAnyOrder(upTo(100), work, 4))).length, 100);
    assert.equal(most, 4);
  });

  it("stop reading requests while nobody takes answers", async () => {
    const read: number[] = [];
    const answers = inAnyOrder(upTo(1_000, read), async (at) => at, 5);
    await answers.next();
    await delay(20);
    assert.ok(read.length <= 6, `${read.length} requests were read for one answer taken`);
  });

  it("end with what the work or the requests throw", async () => {
    const failing = inAnyOrder(upTo(3), () => Promise.reject(new Error("the work")), 2);
    await assert.rejects(all(failing), /the work/);
    const broken = inAnyOrder(brokenRequests(), async (at) => at, 2);
    await assert.rejects(all(broken), /the requests/);
  });
});

async function* brokenRequests() {
  yield 1;
  throw new Error("the requests");
}
