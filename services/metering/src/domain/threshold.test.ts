import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { crossedPercents, reachedPercents, watchedPercents } from "./threshold.ts";

const watched = [50, 80, 100];

describe("percentages of a quota", () => {
  it("are crossed when they are reached, not before and not again", () => {
    const crossed = (before: bigint, after: bigint) => {
      return crossedPercents(before, after, 1_000n, watched);
    };
    assert.deepEqual(crossed(0n, 499n), []);
    assert.deepEqual(crossed(499n, 500n), [50]);
    assert.deepEqual(crossed(500n, 799n), []);
    assert.deepEqual(crossed(700n, 1_050n), [80, 100]);
    assert.deepEqual(crossed(1_000n, 5_000n), []);
    assert.deepEqual(crossed(700n, 700n), []);
  });

  it("of nothing are crossed by the first unit", () => {
    assert.deepEqual(crossedPercents(0n, 1n, 0n, watched), watched);
    assert.deepEqual(crossedPercents(1n, 2n, 0n, watched), []);
    assert.deepEqual(reachedPercents(0n, 0n, watched), []);
  });

  it("do not round: 80 % of 3 is reached at 3, not at 2", () => {
    assert.deepEqual(reachedPercents(2n, 3n, watched), [50]);
    assert.deepEqual(reachedPercents(3n, 3n, watched), watched);
  });

  it("are exact far beyond what a number holds", () => {
    const quota = 10n ** 15n + 1n;
    assert.deepEqual(reachedPercents((quota * 80n) / 100n, quota, [80]), []);
    assert.deepEqual(reachedPercents((quota * 80n) / 100n + 1n, quota, [80]), [80]);
  });

  it("are 80 and used up where nothing is said, and used up is always among them", () => {
    assert.deepEqual(watchedPercents([]), [80, 100]);
    assert.deepEqual(watchedPercents([150, 50, 50]), [50, 100, 150]);
  });
});
