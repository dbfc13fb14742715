import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { billingPeriodContaining, billingPeriods } from "./billing-period.ts";
import { interval } from "./interval.ts";

const at = (text: string) => new Date(text);
const zone = "Asia/Kolkata";
const november = interval(at("2026-10-31T18:30Z"), at("2026-11-30T18:30Z"));

describe("billingPeriodContaining", () => {
  it("is the calendar month in the account's zone", () => {
    assert.deepEqual(billingPeriodContaining(at("2026-11-23T10:00Z"), zone), november);
  });

  it("begins with the subscription in its first month", () => {
    const inForce = { start: at("2026-11-10T04:15Z") };
    assert.deepEqual(
      billingPeriodContaining(at("2026-11-23T10:00Z"), zone, inForce),
      interval(inForce.start, november.end),
    );
    const december = billingPeriodContaining(november.end, zone, inForce);
    assert.deepEqual(december, interval(november.end, at("2026-12-31T18:30Z")));
  });

  it("ends with the subscription in its last month", () => {
    const inForce = { start: at("2026-01-01T00:00Z"), end: at("2026-11-20T00:00Z") };
    const last = interval(november.start, inForce.end);
    assert.deepEqual(billingPeriodContaining(at("2026-11-19T23:59Z"), zone, inForce), last);
  });

  it("is none before the subscription and none after it", () => {
    const inForce = { start: at("2026-11-10T00:00Z"), end: at("2026-11-20T00:00Z") };
    assert.equal(billingPeriodContaining(at("2026-11-09T23:59Z"), zone, inForce), undefined);
    assert.equal(billingPeriodContaining(inForce.end, zone, inForce), undefined);
  });
});

describe("billingPeriods", () => {
  it("make up the range, the first and last as part months", () => {
    const range = interval(at("2026-11-10T00:00Z"), at("2027-01-05T00:00Z"));
    assert.deepEqual(billingPeriods(range, zone), [
      interval(at("2026-11-10T00:00Z"), at("2026-11-30T18:30Z")),
      interval(at("2026-11-30T18:30Z"), at("2026-12-31T18:30Z")),
      interval(at("2026-12-31T18:30Z"), at("2027-01-05T00:00Z")),
    ]);
  });
});
