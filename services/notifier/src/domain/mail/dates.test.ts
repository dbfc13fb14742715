import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { day, days, moment } from "./dates.ts";

const india = "Asia/Kolkata";

describe("a moment", () => {
  const cases = [
    ["2026-11-30T18:30:00Z", india, "1 December 2026, 00:00 IST"],
    ["2026-11-30T18:15:00Z", "Asia/Kathmandu", "1 December 2026, 00:00 UTC+05:45"],
    ["2026-07-01T04:00:00Z", "America/New_York", "1 July 2026, 00:00 EDT"],
    ["2026-12-01T00:00:00Z", "Europe/London", "1 December 2026, 00:00 GMT"],
    ["2026-12-01T00:00:00Z", "UTC", "1 December 2026, 00:00 UTC"],
    ["2026-12-01T05:09:00Z", "Asia/Dubai", "1 December 2026, 09:09 GST"],
  ] as const;
  for (const [instant, zone, expected] of cases) {
    it(`in ${zone} is ${expected}`, () => {
      assert.equal(moment(new Date(instant), zone), expected);
    });
  }
});

describe("a day", () => {
  it("is the zone's day, not UTC's", () => {
    assert.equal(day(new Date("2027-01-14T18:30:00Z"), india), "15 January 2027");
  });
});

describe("the days of a period", () => {
  const spans = [
    ["2026-10-31T18:30:00Z", "2026-11-30T18:30:00Z", "1 to 30 November 2026"],
    ["2026-11-14T18:30:00Z", "2026-12-14T18:30:00Z", "15 November to 14 December 2026"],
    ["2026-12-14T18:30:00Z", "2027-01-14T18:30:00Z", "15 December 2026 to 14 January 2027"],
    ["2026-11-29T18:30:00Z", "2026-11-30T18:30:00Z", "30 November 2026"],
  ] as const;
  for (const [start, end, expected] of spans) {
    it(`are ${expected}: the end is not included`, () => {
      assert.equal(days(new Date(start), new Date(end), india), expected);
    });
  }
});
