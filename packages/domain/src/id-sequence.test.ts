import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { idTime, isId } from "./id.ts";
import { IdSequence, STEP_BACK_MAX_MS } from "./id-sequence.ts";

const now = Date.UTC(2026, 10, 23);

describe("IdSequence", () => {
  it("is in order within a millisecond, and from one to the next", () => {
    const sequence = new IdSequence();
    const ids = Array.from({ length: 5_000 }, (_, at) => sequence.next(now + Math.floor(at / 100)));
    assert.deepEqual(ids, [...ids].sort());
    assert.equal(new Set(ids).size, ids.length);
    assert.ok(ids.every(isId));
  });

  it("stays in order when the wall clock steps back a little", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(STEP_BACK_MAX_MS)), (steps) => {
        const sequence = new IdSequence();
        const ids = steps.map((step) => sequence.next(now + step));
        assert.deepEqual(ids, [...ids].sort());
      }),
    );
  });

  it("follows a wall clock that was set right by more than a minute", () => {
    const sequence = new IdSequence();
    sequence.next(now + 86_400_000);
    assert.equal(idTime(sequence.next(now)).getTime(), now);
  });

  it("differs from another process's ids of the same millisecond", () => {
    const ids = new Set<string>();
    for (let process = 0; process < 1_000; process += 1) ids.add(new IdSequence().next(now));
    assert.equal(ids.size, 1_000);
  });
});
