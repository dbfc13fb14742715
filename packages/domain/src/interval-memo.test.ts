import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { interval } from "./interval.ts";
import { IntervalMemo } from "./interval-memo.ts";

/** Spans of ten milliseconds, and how often one had to be computed. */
function tens() {
  const asked = { count: 0 };
  const memo = new IntervalMemo((timeMs) => {
    asked.count += 1;
    const startMs = Math.floor(timeMs / 10) * 10;
    return interval(new Date(startMs), new Date(startMs + 10));
  });
  return { asked, startOf: (timeMs: number) => memo.containing(new Date(timeMs)).start.getTime() };
}

describe("IntervalMemo", () => {
  it("computes a span once, whatever instant of it is asked for, in any order", () => {
    const { asked, startOf } = tens();
    const starts = [10, 19, 20, 10, 25, 15].map(startOf);
    assert.deepEqual(starts, [10, 10, 20, 10, 20, 10]);
    assert.equal(asked.count, 2);
  });

  it("gives the right span though more have been asked for than it remembers", () => {
    const { asked, startOf } = tens();
    for (let round = 0; round < 2; round += 1) {
      for (let timeMs = 5; timeMs < 2_000; timeMs += 10) {
        assert.equal(startOf(timeMs), timeMs - 5);
      }
    }
    assert.equal(asked.count, 400);
  });
});
