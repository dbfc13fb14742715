import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isTimeZone, parseTimeZone } from "./time-zone.ts";

describe("isTimeZone", () => {
  for (const zone of ["Asia/Kolkata", "Asia/Calcutta", "America/New_York", "UTC"]) {
    it(`knows ${zone}`, () => assert.equal(isTimeZone(zone), true));
  }

  for (const zone of ["", "+05:30", "Mars/Olympus", "Asia/Kolkata ", "A".repeat(1_000)]) {
    it(`refuses ${JSON.stringify(zone.slice(0, 15))}`, () => assert.equal(isTimeZone(zone), false));
  }

  it("answers the same the second time", () => {
    assert.equal(isTimeZone("Mars/Olympus"), false);
    assert.equal(isTimeZone("Asia/Kolkata"), true);
  });
});

describe("parseTimeZone", () => {
  it("gives the zone, or names the field", () => {
    assert.equal(parseTimeZone("Asia/Kolkata"), "Asia/Kolkata");
    assert.throws(() => parseTimeZone("IST+5", "account.time_zone"), {
      reason: "TIME_ZONE_UNKNOWN",
      metadata: { field: "account.time_zone" },
    });
  });
});
