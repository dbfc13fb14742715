import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { TravellingClock } from "./travelling-clock.ts";

const tenth = new Date("2026-10-10T00:00:00Z");
const nextMonth = new Date("2026-11-02T00:00:00Z");

/** A wall clock that moves when told to. */
function wallClock(nowMs = Date.UTC(2026, 10, 23)) {
  const wall = { nowMs, read: () => wall.nowMs };
  return wall;
}

describe("TravellingClock", () => {
  it("starts with the wall clock unless told otherwise", () => {
    const wall = wallClock();
    assert.equal(new TravellingClock(undefined, wall.read).now().getTime(), wall.nowMs);
  });

  it("starts at any date, past or future, and runs at the wall clock's speed", () => {
    for (const start of [tenth, new Date("2001-01-01"), new Date("2050-01-01")]) {
      const wall = wallClock();
      const clock = new TravellingClock(start, wall.read);
      assert.deepEqual(clock.now(), start);
      wall.nowMs += 1_500;
      assert.equal(clock.now().getTime(), start.getTime() + 1_500);
    }
  });

  it("travels forward, and runs on from there", () => {
    const wall = wallClock();
    const clock = new TravellingClock(tenth, wall.read);
    clock.travelTo(nextMonth);
    wall.nowMs += 10;
    assert.equal(clock.now().getTime(), nextMonth.getTime() + 10);
  });

  it("refuses to travel back, to no date, and past the year 9998, and stays where it was", () => {
    const clock = new TravellingClock(tenth, wallClock().read);
    const past = new Date(tenth.getTime() - 1);
    assert.throws(() => clock.travelTo(past), { reason: "CLOCK_GOES_FORWARD_ONLY" });
    for (const none of [new Date(Number.NaN), new Date("+010000-01-01")]) {
      assert.throws(() => clock.travelTo(none), { reason: "CLOCK_OUT_OF_RANGE" });
    }
    assert.deepEqual(clock.now(), tenth);
  });

  it("goes on from a saved offset as if it had run all the while", () => {
    const wall = wallClock();
    const { offsetMs } = new TravellingClock(tenth, wall.read);
    wall.nowMs += 60_000;
    const restored = TravellingClock.atOffset(offsetMs, wall.read);
    assert.equal(restored.now().getTime(), tenth.getTime() + 60_000);
    assert.equal(restored.offsetMs, offsetMs);
  });
});

describe("listeners of a TravellingClock", () => {
  it("are told where it arrived, until they stop listening", () => {
    const clock = new TravellingClock(tenth, wallClock().read);
    const heard: Date[] = [];
    const stop = clock.onTravel((now) => heard.push(now));
    clock.travelTo(nextMonth);
    stop();
    clock.travelTo(new Date("2026-12-01"));
    assert.deepEqual(heard, [nextMonth]);
  });

  it("see the clock already moved", () => {
    const clock = new TravellingClock(tenth, wallClock().read);
    clock.onTravel((now) => assert.deepEqual(clock.now(), now));
    clock.travelTo(nextMonth);
  });

  it("are not told of a journey that was refused", () => {
    const clock = new TravellingClock(tenth, wallClock().read);
    clock.onTravel(() => assert.fail("told"));
    assert.throws(() => clock.travelTo(new Date("2020-01-01")));
  });

  it("are all told, even if one fails, and the traveller hears of it", () => {
    const clock = new TravellingClock(tenth, wallClock().read);
    let told = 0;
    clock.onTravel(() => assert.fail("the first"));
    clock.onTravel(() => {
      told += 1;
    });
    assert.throws(() => clock.travelTo(nextMonth), AggregateError);
    assert.equal(told, 1);
    assert.deepEqual(clock.now(), nextMonth);
  });
});
