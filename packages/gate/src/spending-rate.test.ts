import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { SpendingRate } from "./spending-rate.ts";

describe("a spending rate", () => {
  it("is known after the first tenth of a second", () => {
    assert.equal(new SpendingRate(0).perSecond(100, 50), 500);
  });

  it("says nothing new within a few milliseconds", () => {
    const rate = new SpendingRate(0);
    rate.perSecond(100, 50);
    assert.equal(rate.perSecond(105, 5_000), 500);
  });

  it("follows a change within about a second", () => {
    const rate = new SpendingRate(0);
    let total = 0;
    let said = 0;
    for (let now = 100; now <= 7_000; now += 100) {
      total += now <= 5_000 ? 10 : 100;
      said = rate.perSecond(now, total);
    }
    assert.ok(said > 850 && said <= 1_000, `${said}`);
  });

  it("forgets the past after a long silence", () => {
    const rate = new SpendingRate(0);
    rate.perSecond(100, 1_000);
    assert.ok(rate.perSecond(60_000, 1_001) < 1);
  });
});
