import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ElapsedClock } from "./gate-clock.ts";

function clocks() {
  const source = { monotonic: 100, wall: 1_000_000 };
  const elapsed = new ElapsedClock({
    monotonicMs: () => source.monotonic,
    wallMs: () => source.wall,
    after: () => () => {},
  });
  const pass = (monotonic: number, wall: number) => {
    source.monotonic += monotonic;
    source.wall += wall;
    return elapsed.now();
  };
  return { pass, start: elapsed.now() };
}

describe("elapsed time", () => {
  it("runs with the monotonic clock", () => {
    const { pass, start } = clocks();
    assert.equal(pass(50, 50) - start, 50);
    assert.equal(pass(50, 48) - start, 100, "a millisecond here or there is resolution");
  });

  it("takes part when the wall clock jumps ahead: the machine slept", () => {
    const { pass, start } = clocks();
    assert.equal(pass(1, 60_001) - start, 60_001);
    assert.equal(pass(1, 1) - start, 60_002);
  });

  it("never goes back with the wall clock, and still sees the next jump", () => {
    const { pass, start } = clocks();
    assert.equal(pass(10, -3_600_000) - start, 10);
    assert.equal(pass(10, 10) - start, 20);
    assert.equal(
      pass(0, 600_000) - start,
      600_020,
      "though the wall clock is not back where it was",
    );
  });

  it("adds up a slow drift of the wall clock", () => {
    const { pass, start } = clocks();
    let now = start;
    for (let second = 0; second < 1_000; second += 1) now = pass(1_000, 1_000.5);
    assert.ok(now - start >= 1_000_490, `${now - start} ms`);
  });
});
