import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { giveUpAfterMs, mayTryAgain, pauseAfter } from "./retry-schedule.ts";

describe("the pauses between attempts", () => {
  it("are short at first, so that a hiccup is not noticed", () => {
    assert.deepEqual([1, 2, 3].map(pauseAfter), [5_000, 15_000, 60_000]);
  });
  it("are never longer than a quarter of an hour", () => {
    assert.deepEqual([5, 6, 400].map(pauseAfter), [900_000, 900_000, 900_000]);
  });
});

describe("giving up", () => {
  it("comes after four days, not before", () => {
    assert.equal(mayTryAgain(giveUpAfterMs - 1), true);
    assert.equal(mayTryAgain(giveUpAfterMs), false);
  });
});
