import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { financialYear } from "./financial-year.ts";

describe("financialYear", () => {
  for (const [instant, label] of [
    ["2026-03-31T18:29:59.999Z", "25-26"],
    ["2026-03-31T18:30:00.000Z", "26-27"],
    ["2026-11-23T10:00:00.000Z", "26-27"],
    ["2027-01-01T00:00:00.000Z", "26-27"],
    ["2027-03-31T18:30:00.000Z", "27-28"],
    ["2099-12-31T00:00:00.000Z", "99-00"],
    ["2000-04-01T00:00:00.000Z", "00-01"],
  ] as const) {
    it(`is ${label} at ${instant}`, () =>
      assert.equal(financialYear(new Date(instant)).label, label));
  }

  it("runs from 1 April to 31 March on Indian clocks", () => {
    const { start, end } = financialYear(new Date("2026-11-23T10:00Z"));
    assert.equal(start.toISOString(), "2026-03-31T18:30:00.000Z");
    assert.equal(end.toISOString(), "2027-03-31T18:30:00.000Z");
  });

  it("keeps the clocks of another zone when told to", () => {
    const { start, label } = financialYear(new Date("2026-04-01T00:00Z"), "UTC");
    assert.equal(start.toISOString(), "2026-04-01T00:00:00.000Z");
    assert.equal(label, "26-27");
  });
});
