import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { interval } from "./interval.ts";
import { isQuarterHour, minuteStart, quarterHourStart, quarterHours } from "./quarter-hour.ts";

const at = (text: string) => new Date(text);

describe("quarterHourStart", () => {
  it("is the UTC quarter hour an instant lies in", () => {
    assert.deepEqual(quarterHourStart(at("2026-11-23T10:29:59.999Z")), at("2026-11-23T10:15Z"));
    assert.deepEqual(quarterHourStart(at("2026-11-23T10:30:00Z")), at("2026-11-23T10:30Z"));
    assert.deepEqual(quarterHourStart(at("1969-12-31T23:59:59Z")), at("1969-12-31T23:45Z"));
  });

  it("is a quarter hour, and no more than one back", () => {
    const dates = fc.date({ noInvalidDate: true, min: at("1900-01-01"), max: at("2100-01-01") });
    fc.assert(
      fc.property(dates, (instant) => {
        const start = quarterHourStart(instant);
        const back = instant.getTime() - start.getTime();
        return isQuarterHour(start) && back >= 0 && back < 900_000;
      }),
    );
  });
});

describe("minuteStart", () => {
  it("drops the seconds", () =>
    assert.deepEqual(minuteStart(at("2026-11-23T10:29:59.999Z")), at("2026-11-23T10:29:00Z")));
});

describe("quarterHours", () => {
  it("counts those of a November in India", () => {
    const november = interval(at("2026-10-31T18:30Z"), at("2026-11-30T18:30Z"));
    assert.equal(quarterHours(november), 30n * 96n);
  });

  it("crashes where a span begins or ends between them", () => {
    assert.throws(() => quarterHours(interval(at("2026-11-01T00:01Z"), at("2026-11-02T00:00Z"))));
    assert.throws(() => quarterHours(interval(at("2026-11-01T00:00Z"), at("2026-11-02T00:20Z"))));
  });
});
