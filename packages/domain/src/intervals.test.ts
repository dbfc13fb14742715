import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { interval } from "./interval.ts";
import { type Granularity, INTERVALS_MAX, intervals } from "./intervals.ts";

const range = (start: string, end: string) => interval(new Date(start), new Date(end));
const starts = (pieces: readonly { start: Date }[]) =>
  pieces.map(({ start }) => start.toISOString());

describe("intervals", () => {
  it("cuts a November in India into 30 days, 720 hours, 2,880 quarter hours", () => {
    const november = range("2026-10-31T18:30Z", "2026-11-30T18:30Z");
    const count = (granularity: Granularity) =>
      intervals(november, granularity, "Asia/Kolkata").length;
    assert.deepEqual(
      [count("month"), count("day"), count("hour"), count("quarter-hour")],
      [1, 30, 720, 2_880],
    );
  });

  it("cuts the first and the last short where the range does", () => {
    const pieces = intervals(
      range("2026-11-23T10:00Z", "2026-11-24T20:00Z"),
      "day",
      "Asia/Kolkata",
    );
    assert.deepEqual(starts(pieces), [
      "2026-11-23T10:00:00.000Z",
      "2026-11-23T18:30:00.000Z",
      "2026-11-24T18:30:00.000Z",
    ]);
    assert.equal(pieces.at(-1)?.end.toISOString(), "2026-11-24T20:00:00.000Z");
  });

  it("gives a day of 25 hours its 25 hours", () => {
    const day = range("2026-11-01T04:00Z", "2026-11-02T05:00Z");
    assert.equal(intervals(day, "hour", "America/New_York").length, 25);
    assert.equal(intervals(day, "day", "America/New_York").length, 1);
  });

  it("leaves out the day that Samoa skipped", () => {
    const days = intervals(range("2011-12-29T10:00Z", "2011-12-31T10:00Z"), "day", "Pacific/Apia");
    assert.deepEqual(starts(days), ["2011-12-29T10:00:00.000Z", "2011-12-30T10:00:00.000Z"]);
  });

  it("gives none for an empty range", () => {
    const now = new Date("2026-11-23T10:00Z");
    assert.deepEqual(intervals({ start: now, end: now }, "day", "UTC"), []);
  });

  it("refuses to make more than anyone can look at", () => {
    const decade = range("2020-01-01", "2030-01-01");
    assert.throws(() => intervals(decade, "quarter-hour", "UTC"), { reason: "TOO_MANY_INTERVALS" });
    assert.ok(
      intervals(range("2026-01-01", "2027-01-01"), "quarter-hour", "UTC").length < INTERVALS_MAX,
    );
  });

  it("are the range, without a gap or an overlap", () => {
    const zones = fc.constantFrom("Asia/Kolkata", "Asia/Kathmandu", "America/New_York", "UTC");
    const sizes = fc.constantFrom<Granularity>("hour", "day", "month");
    const from = fc.date({ noInvalidDate: true, min: new Date("2020"), max: new Date("2030") });
    const lengths = fc.integer({ min: 1, max: 40 * 86_400_000 });
    const cut = fc.property(zones, sizes, from, lengths, (zone, size, start, lengthMs) => {
      const whole = interval(start, new Date(start.getTime() + lengthMs));
      const pieces = intervals(whole, size, zone);
      assert.deepEqual(pieces[0]?.start, whole.start);
      assert.deepEqual(pieces.at(-1)?.end, whole.end);
      for (const [at, piece] of pieces.slice(1).entries()) {
        assert.deepEqual(piece.start, pieces[at]?.end);
      }
    });
    fc.assert(cut, { numRuns: 30 });
  });
});
