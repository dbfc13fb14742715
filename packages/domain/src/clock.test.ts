import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { systemClock } from "./clock.ts";

describe("the system clock", () => {
  it("is the wall clock", () => {
    const before = Date.now();
    const now = systemClock.now().getTime();
    assert.ok(before <= now && now <= Date.now());
  });

  it("never travels, so there is nothing to tell", () => {
    const stop = systemClock.onTravel(() => assert.fail("it travelled"));
    stop();
  });
});
