import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { FakeGateClock } from "../tests/fake-gate-clock.ts";
import { afterPatience, noLongerThan } from "./patience.ts";

describe("patience", () => {
  it("gives an answer that lies unread one more turn after a pause of our own", async () => {
    const clock = new FakeGateClock();
    const happened: string[] = [];
    afterPatience(clock, 50, () => happened.push("gave up"));
    clock.after(50, () => happened.push("answer read"));
    await clock.advance(1_000);
    assert.deepEqual(happened, ["answer read", "gave up"]);
  });

  it("can be called off at any time", async () => {
    const clock = new FakeGateClock();
    let gaveUp = false;
    const cancel = afterPatience(clock, 50, () => {
      gaveUp = true;
    });
    await clock.advance(50);
    cancel();
    await clock.advance(1_000);
    assert.equal(gaveUp, false);
    assert.equal(clock.armed, 0);
  });

  it("waits for something no longer than it says, and no longer than that takes", async () => {
    const clock = new FakeGateClock();
    const from = clock.monotonicMs();
    await clock.until(noLongerThan(clock, 500, new Promise(() => {})));
    assert.ok(clock.monotonicMs() - from <= 501);
    await clock.until(noLongerThan(clock, 500, Promise.reject(new Error("failed"))));
    assert.equal(clock.armed, 0);
  });
});
