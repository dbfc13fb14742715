import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { contains, interval } from "./interval.ts";
import { ALL_TIME, periodContaining, WINDOWS, windowContaining } from "./window.ts";

const noon = new Date("2026-11-23T06:30:12.345Z");
const zone = "Asia/Kolkata";
const first = interval(new Date("2026-11-10T00:00Z"), new Date("2026-11-30T18:30Z"));
const second = interval(first.end, new Date("2026-12-31T18:30Z"));
const periods = [first, second];

describe("windowContaining", () => {
  for (const [window, start, end] of [
    ["minute", "2026-11-23T06:30Z", "2026-11-23T06:31Z"],
    ["hour", "2026-11-23T06:30Z", "2026-11-23T07:30Z"],
    ["day", "2026-11-22T18:30Z", "2026-11-23T18:30Z"],
    ["month", "2026-10-31T18:30Z", "2026-11-30T18:30Z"],
    ["period", "2026-11-10T00:00Z", "2026-11-30T18:30Z"],
    ["total", "1970-01-01", "9999-12-31"],
  ] as const) {
    it(`gives the ${window}`, () =>
      assert.deepEqual(windowContaining(window, noon, zone, periods), {
        start: new Date(start),
        end: new Date(end),
      }));
  }

  it("gives a window that contains the instant, whichever it is", () => {
    for (const window of WINDOWS) {
      assert.ok(contains(windowContaining(window, noon, zone, periods), noon));
    }
  });

  it("crashes where no billing period contains the instant", () => {
    assert.throws(() => windowContaining("period", noon, zone), /no billing period/);
  });

  it("gives what has been asked for before without making it anew", () => {
    const later = new Date(noon.getTime() + 1_000);
    for (const window of ["hour", "day", "month"] as const) {
      assert.equal(windowContaining(window, noon, zone), windowContaining(window, later, zone));
    }
  });
});

describe("periodContaining", () => {
  it("gives each instant to one period", () => {
    assert.equal(periodContaining(periods, first.start), first);
    assert.equal(periodContaining(periods, first.end), second);
    assert.equal(periodContaining(periods, second.end), undefined);
  });
});

describe("all time", () => {
  it("holds any date a timestamp on the wire can say", () => {
    assert.ok(contains(ALL_TIME, new Date(0)));
    assert.ok(contains(ALL_TIME, new Date("9999-12-30T23:59:59Z")));
  });
});
