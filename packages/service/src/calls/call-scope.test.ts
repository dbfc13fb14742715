import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { currentTraceId, currentTraceparent, inTrace, nextSpan } from "./call-scope.ts";

const parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

describe("a trace", () => {
  it("goes on under a new span", () => {
    const next = nextSpan(parent);
    assert.match(next, /^00-4bf92f3577b34da6a3ce929d0e0e4736-[0-9a-f]{16}-01$/);
    assert.notEqual(next, parent);
  });

  const malformed = [
    undefined,
    "",
    "nonsense",
    parent.toUpperCase(),
    "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
  ];
  for (const text of malformed) {
    it(`begins anew after ${text === undefined ? "none" : `"${text}"`}`, () => {
      const next = nextSpan(text);
      assert.match(next, /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
      assert.notEqual(next.slice(3, 35), parent.slice(3, 35));
    });
  }

  it("follows the work it was begun for, and no other", async () => {
    assert.equal(currentTraceparent(), undefined);
    const inside = await inTrace(parent, async () => {
      await Promise.resolve();
      return currentTraceId();
    });
    assert.equal(inside, "4bf92f3577b34da6a3ce929d0e0e4736");
    assert.equal(currentTraceId(), undefined);
  });
});
