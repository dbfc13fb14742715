import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { BusinessTime } from "./business-time.ts";

describe("business time", () => {
  it("is the wall clock until the server is heard", () => {
    assert.equal(new BusinessTime(5_000, 100).at(150), 5_050);
  });

  it("takes the first word of the server whatever the wall clock says", () => {
    const time = new BusinessTime(5_000, 100);
    time.hear(1_000, 200);
    assert.equal(time.at(200), 1_000);
  });

  it("stays within what an answer proves: after the request left, before it came back", () => {
    const time = new BusinessTime(0, 0);
    time.hear(10_000, 100, 60);
    assert.ok(time.at(100) >= 10_000 && time.at(60) <= 10_000);
    const before = time.at(500);
    time.hear(10_400, 505, 470);
    assert.ok(Math.abs(time.at(500) - before) <= 40);
  });

  it("travels forward with the server", () => {
    const time = new BusinessTime(0, 0);
    time.hear(10_000, 100);
    time.hear(90_000_000, 200);
    assert.equal(time.at(200), 90_000_000);
  });

  it("is not called back by an answer from before the journey", () => {
    const time = new BusinessTime(0, 0);
    time.hear(10_000, 100);
    time.hear(90_000_000, 200);
    time.hear(10_050, 210, 150);
    assert.equal(time.at(210), 90_000_010);
  });

  it("comes down when our own clock runs fast", () => {
    const time = new BusinessTime(0, 0);
    time.hear(10_000, 100, 90);
    time.hear(10_900, 1_100, 1_090);
    assert.ok(time.at(1_090) <= 10_900);
  });
});
