import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { month, today } from "./zone-calendar.ts";

describe("the days and months of a zone", () => {
  it("begin at half past six in the evening of UTC in India", () => {
    const { start, end, steps } = today(new Date("2026-11-23T19:00:00Z"), "Asia/Kolkata");
    assert.equal(start.toISOString(), "2026-11-23T18:30:00.000Z");
    assert.equal(end.toISOString(), "2026-11-24T18:30:00.000Z");
    assert.equal(steps.length, 24);
  });

  it("have a quarter of an hour in Nepal", () => {
    const { start } = month(new Date("2026-11-23T19:00:00Z"), "Asia/Kathmandu");
    assert.equal(start.toISOString(), "2026-10-31T18:15:00.000Z");
  });

  it("have 23 or 25 hours where clocks change", () => {
    const spring = today(new Date("2026-03-29T12:00:00Z"), "Europe/Berlin");
    assert.equal(spring.steps.length, 23);
    const autumn = today(new Date("2026-10-25T12:00:00Z"), "Europe/Berlin");
    assert.equal(autumn.steps.length, 25);
    const october = month(new Date("2026-10-25T12:00:00Z"), "Europe/Berlin");
    assert.equal(october.steps.length, 31);
    assert.equal(october.end.toISOString(), "2026-10-31T23:00:00.000Z");
  });

  it("go back over the turn of a year", () => {
    const { start, end } = month(new Date("2027-01-10T00:00:00Z"), "Asia/Kolkata", 1);
    assert.equal(start.toISOString(), "2026-11-30T18:30:00.000Z");
    assert.equal(end.toISOString(), "2026-12-31T18:30:00.000Z");
  });
});
