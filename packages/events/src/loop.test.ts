import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createLogger } from "@tollbook/service";
import { type LoopOptions, startLoop } from "./loop.ts";

const logger = createLogger({ service: "loop-test", level: "silent" });
const HOUR_MS = 3_600_000;
const loopOf = (work: LoopOptions["work"], everyMs = HOUR_MS) =>
  startLoop({ name: "test", everyMs, work, logger });

describe("a loop", () => {
  it("takes its first turn at once and the next after its pause", async () => {
    let turns = 0;
    const { promise: third, resolve } = Promise.withResolvers<void>();
    const loop = loopOf(async () => {
      turns += 1;
      if (turns === 3) resolve();
      return undefined;
    }, 1);
    await third;
    await loop.stop();
  });

  it("takes a turn when it is kicked, and one more when kicked during a turn", async () => {
    let turns = 0;
    let during = () => {};
    const loop = loopOf(async () => {
      turns += 1;
      if (turns === 2) during();
      return undefined;
    });
    during = loop.kick;
    await loop.turn();
    await new Promise(setImmediate);
    assert.equal(turns, 3);
    await loop.stop();
  });

  it("is never in two turns at once, and stops after the one under way", async () => {
    let [inside, most, ended] = [0, 0, 0];
    const loop = loopOf(async () => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setTimeout(resolve, 5));
      inside -= 1;
      ended += 1;
      return 0;
    });
    loop.kick();
    loop.kick();
    await loop.turn();
    await loop.stop();
    assert.equal(most, 1);
    assert.equal(inside, 0);
    const endedAtStop = ended;
    await loop.turn(); // answers at once: there is no further turn
    assert.equal(ended, endedAtStop);
  });

  it("goes on after a turn that failed", async () => {
    let turns = 0;
    const loop = loopOf(async () => {
      turns += 1;
      if (turns === 1) throw new Error("on purpose");
      return undefined;
    });
    await loop.turn();
    assert.equal(turns, 2);
    await loop.stop();
  });
});
