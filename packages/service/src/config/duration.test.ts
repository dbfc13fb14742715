import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatDuration, parseDuration } from "./duration.ts";

describe("a length of time", () => {
  const table: [string, number][] = [
    ["0ms", 0],
    ["250ms", 250],
    ["90s", 90_000],
    ["2m", 120_000],
    ["24h", 86_400_000],
    ["35d", 3_024_000_000],
  ];
  for (const [text, ms] of table) {
    it(`${text} is ${ms} ms`, () => assert.equal(parseDuration(text), ms));
  }

  it("is written in the largest unit that fits", () => {
    assert.equal(formatDuration(90_000), "90s");
    assert.equal(formatDuration(86_400_000), "1d");
    assert.equal(formatDuration(1_001), "1001ms");
    assert.equal(formatDuration(0), "0ms");
  });

  for (const text of ["", "5", "-1s", "1.5s", "1 s", "soon", "5M"]) {
    it(`is not "${text}"`, () => assert.throws(() => parseDuration(text), /length of time/));
  }
});
