import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { contains, intersection, interval } from "./interval.ts";

const at = (hour: number) => new Date(Date.UTC(2026, 10, 23, hour));
const morning = interval(at(6), at(12));

describe("an interval", () => {
  it("contains its start and not its end", () => {
    assert.equal(contains(morning, at(6)), true);
    assert.equal(contains(morning, new Date(at(12).getTime() - 1)), true);
    assert.equal(contains(morning, at(12)), false);
    assert.equal(contains(morning, at(5)), false);
  });

  it("ends after it starts, or crashes", () => {
    assert.throws(() => interval(at(6), at(6)));
    assert.throws(() => interval(at(6), at(5)));
    assert.throws(() => interval(new Date(Number.NaN), at(5)));
  });

  it("shares with another what both contain", () => {
    assert.deepEqual(intersection(morning, interval(at(10), at(14))), interval(at(10), at(12)));
    assert.deepEqual(intersection(morning, interval(at(8), at(9))), interval(at(8), at(9)));
  });

  it("shares nothing with one it only touches", () => {
    assert.equal(intersection(morning, interval(at(12), at(14))), undefined);
    assert.equal(intersection(morning, interval(at(1), at(2))), undefined);
  });
});
