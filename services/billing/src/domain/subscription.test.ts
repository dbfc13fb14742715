import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { nextQuarterHour, periodFrom, periodsFrom } from "./billing-period.ts";
import { stretchesOf, termInForce } from "./subscription.ts";

const at = (text: string) => new Date(text);
let decided = 0;
const term = (text: string, planId: string) => {
  decided += 1;
  return { number: decided, startTime: at(text), planId, planVersion: 1 };
};
const india = "Asia/Kolkata";

describe("billing periods", () => {
  it("end with the calendar month in the account's zone, the first one cut short", () => {
    assert.deepEqual(periodFrom(at("2026-11-10T06:15:00Z"), india, undefined), {
      start: at("2026-11-10T06:15:00Z"),
      end: at("2026-11-30T18:30:00Z"),
    });
  });

  it("follow one another without a gap", () => {
    const periods = periodsFrom(at("2026-11-10T06:15:00Z"), india, undefined, 3);
    assert.deepEqual(
      periods.map(({ end }) => end.toISOString()),
      ["2026-11-30T18:30:00.000Z", "2026-12-31T18:30:00.000Z", "2027-01-31T18:30:00.000Z"],
    );
  });

  it("stop where the subscription ends", () => {
    const end = at("2026-12-15T00:00:00Z");
    const periods = periodsFrom(at("2026-11-10T06:15:00Z"), india, end, 3);
    assert.equal(periods.length, 2);
    assert.deepEqual(periods[1]?.end, end);
    assert.deepEqual(periodsFrom(end, india, end, 3), []);
  });
});

describe("the next quarter hour", () => {
  it("is the one after the running one", () => {
    assert.deepEqual(nextQuarterHour(at("2026-11-10T06:15:00.001Z")), at("2026-11-10T06:30:00Z"));
  });

  it("is this instant if one begins just now", () => {
    assert.deepEqual(nextQuarterHour(at("2026-11-10T06:15:00Z")), at("2026-11-10T06:15:00Z"));
  });
});

describe("the stretches of a period", () => {
  const period = { start: at("2026-10-31T18:30:00Z"), end: at("2026-11-30T18:30:00Z") };
  const start = term("2026-10-01T00:00:00Z", "a");

  it("are the whole period when the plan did not change", () => {
    assert.deepEqual(stretchesOf({ terms: [start] }, period), [
      { ...period, planId: "a", planVersion: 1 },
    ]);
  });

  it("are cut where the plan changed, and together are the period", () => {
    const change = term("2026-11-10T06:15:00Z", "b");
    assert.deepEqual(stretchesOf({ terms: [start, change] }, period), [
      { start: period.start, end: change.startTime, planId: "a", planVersion: 1 },
      { start: change.startTime, end: period.end, planId: "b", planVersion: 1 },
    ]);
  });

  it("are not cut at the period's edges, nor where the plan stayed the same", () => {
    const terms = [start, term("2026-10-31T18:30:00Z", "b"), term("2026-11-09T00:00:00Z", "b")];
    const later = term("2026-11-30T18:30:00Z", "c");
    assert.deepEqual(stretchesOf({ terms: [...terms, later] }, period), [
      { ...period, planId: "b", planVersion: 1 },
    ]);
  });

  it("follow the last decision when two fall on one quarter hour", () => {
    const terms = [start, term("2026-11-10T06:15:00Z", "b"), term("2026-11-10T06:15:00Z", "c")];
    assert.deepEqual(
      stretchesOf({ terms }, period).map(({ planId }) => planId),
      ["a", "c"],
    );
    assert.equal(termInForce({ terms }, at("2026-11-20T00:00:00Z")).planId, "c");
  });
});
