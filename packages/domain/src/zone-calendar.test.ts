import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { contains, type Interval } from "./interval.ts";
import { isQuarterHour } from "./quarter-hour.ts";
import { dayContaining, hourContaining, monthContaining } from "./zone-calendar.ts";

const at = (text: string) => new Date(text);
const say = ({ start, end }: Interval) => `${start.toISOString()} ${end.toISOString()}`;
const expect = (span: Interval, start: string, end: string) =>
  assert.equal(say(span), `${at(start).toISOString()} ${at(end).toISOString()}`);
const hoursLong = ({ start, end }: Interval) => (end.getTime() - start.getTime()) / 3_600_000;

const KOLKATA = "Asia/Kolkata";
const KATHMANDU = "Asia/Kathmandu";
const NEW_YORK = "America/New_York";

describe("a day", () => {
  it("in Kolkata begins at 18:30 UTC", () => {
    expect(
      dayContaining(at("2026-11-23T18:29:59.999Z"), KOLKATA),
      "2026-11-22T18:30Z",
      "2026-11-23T18:30Z",
    );
    expect(
      dayContaining(at("2026-11-23T18:30Z"), KOLKATA),
      "2026-11-23T18:30Z",
      "2026-11-24T18:30Z",
    );
  });

  it("in Kathmandu begins at 18:15 UTC", () =>
    expect(
      dayContaining(at("2026-11-23T18:15Z"), KATHMANDU),
      "2026-11-23T18:15Z",
      "2026-11-24T18:15Z",
    ));

  it("in New York has 23 hours when clocks go forward and 25 when they go back", () => {
    const spring = dayContaining(at("2026-03-08T12:00Z"), NEW_YORK);
    expect(spring, "2026-03-08T05:00Z", "2026-03-09T04:00Z");
    const autumn = dayContaining(at("2026-11-01T12:00Z"), NEW_YORK);
    expect(autumn, "2026-11-01T04:00Z", "2026-11-02T05:00Z");
    assert.deepEqual([hoursLong(spring), hoursLong(autumn)], [23, 25]);
  });

  it("begins at one o'clock where midnight is skipped", () =>
    expect(
      dayContaining(at("2026-04-24T12:00Z"), "Africa/Cairo"),
      "2026-04-23T22:00Z",
      "2026-04-24T21:00Z",
    ));

  it("that a country skipped does not exist", () => {
    expect(
      dayContaining(at("2011-12-30T09:59Z"), "Pacific/Apia"),
      "2011-12-29T10:00Z",
      "2011-12-30T10:00Z",
    );
    expect(
      dayContaining(at("2011-12-30T10:00Z"), "Pacific/Apia"),
      "2011-12-30T10:00Z",
      "2011-12-31T10:00Z",
    );
  });

  it("that came twice, a minute after midnight, ends where the next began first", () => {
    // On 2010-11-07 at 00:01 clocks in St John's went back to 23:01 of the 6th.
    const again = dayContaining(at("2010-11-07T02:45Z"), "America/St_Johns");
    expect(again, "2010-11-07T02:30Z", "2010-11-08T03:30Z");
  });
});

describe("a month", () => {
  it("in Kolkata begins at 18:30 UTC of the day before", () =>
    expect(
      monthContaining(at("2026-11-23T10:00Z"), KOLKATA),
      "2026-10-31T18:30Z",
      "2026-11-30T18:30Z",
    ));

  it("in New York follows the clocks", () =>
    expect(
      monthContaining(at("2026-11-23T10:00Z"), NEW_YORK),
      "2026-11-01T04:00Z",
      "2026-12-01T05:00Z",
    ));

  it("ends with the leap day in leap years", () =>
    expect(monthContaining(at("2028-02-10T00:00Z"), "UTC"), "2028-02-01", "2028-03-01"));

  it("goes over the year's end", () =>
    expect(
      monthContaining(at("2026-12-31T18:30Z"), KOLKATA),
      "2026-12-31T18:30Z",
      "2027-01-31T18:30Z",
    ));
});

describe("an hour", () => {
  it("is the one on local clocks", () => {
    expect(
      hourContaining(at("2026-11-23T10:29Z"), KOLKATA),
      "2026-11-23T09:30Z",
      "2026-11-23T10:30Z",
    );
    expect(
      hourContaining(at("2026-11-23T10:29Z"), KATHMANDU),
      "2026-11-23T10:15Z",
      "2026-11-23T11:15Z",
    );
  });

  it("comes twice when clocks go back, as two hours", () => {
    expect(
      hourContaining(at("2026-11-01T05:30Z"), NEW_YORK),
      "2026-11-01T05:00Z",
      "2026-11-01T06:00Z",
    );
    expect(
      hourContaining(at("2026-11-01T06:30Z"), NEW_YORK),
      "2026-11-01T06:00Z",
      "2026-11-01T07:00Z",
    );
  });

  it("is half as long beside a change of half an hour", () => {
    // Lord Howe: 2:00 becomes 1:30 on 2026-04-05 (15:00 UTC the day before), 2:30 on 2026-10-04.
    const back = hourContaining(at("2026-04-04T15:10Z"), "Australia/Lord_Howe");
    expect(back, "2026-04-04T15:00Z", "2026-04-04T15:30Z");
    const forward = hourContaining(at("2026-10-03T15:40Z"), "Australia/Lord_Howe");
    expect(forward, "2026-10-03T15:30Z", "2026-10-03T16:00Z");
  });
});

describe("an hour in which clocks were set back a minute past midnight", () => {
  it("is cut where they were, before and after", () => {
    const before = hourContaining(at("2010-11-07T02:30:30Z"), "America/St_Johns");
    expect(before, "2010-11-07T02:30Z", "2010-11-07T02:31Z");
    const after = hourContaining(at("2010-11-07T02:31Z"), "America/St_Johns");
    expect(after, "2010-11-07T02:31Z", "2010-11-07T03:30Z");
  });
});

describe("in every zone of the world", () => {
  const zones = fc.constantFrom(...Intl.supportedValuesOf("timeZone"));
  const dates = (min: string, max: string) =>
    fc.date({ noInvalidDate: true, min: at(min), max: at(max) });
  const spans = [hourContaining, dayContaining, monthContaining];

  it("a span contains its instant, and its neighbours begin and end where it does", () => {
    fc.assert(
      fc.property(zones, dates("1975-01-01", "2060-01-01"), (zone, instant) => {
        for (const containing of spans) {
          const span = containing(instant, zone);
          assert.ok(contains(span, instant));
          assert.equal(say(containing(span.start, zone)), say(span));
          assert.deepEqual(containing(span.end, zone).start, span.end);
          const before = containing(new Date(span.start.getTime() - 1), zone);
          assert.deepEqual(before.end, span.start);
        }
      }),
    );
  });

  it("hours, days and months begin on quarter hours, so rollups add up to them", () => {
    fc.assert(
      fc.property(zones, dates("2020-01-01", "2040-01-01"), (zone, instant) =>
        spans.every((containing) => isQuarterHour(containing(instant, zone).start)),
      ),
    );
  });

  it("throws on a zone that is none", () =>
    assert.throws(() => dayContaining(at("2026-11-23"), "Mars/Olympus"), RangeError));
});
