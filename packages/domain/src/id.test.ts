import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { v4, validate, version } from "uuid";
import { idTime, isId, newId, parseId } from "./id.ts";

describe("newId", () => {
  it("is a UUIDv7 to others too", () => {
    const id = newId();
    assert.ok(validate(id));
    assert.equal(version(id), 7);
  });

  it("carries the wall clock's time", () => {
    const before = Date.now();
    const time = idTime(newId()).getTime();
    assert.ok(before <= time && time <= Date.now());
  });

  it("is in order and never the same", () => {
    const ids = Array.from({ length: 20_000 }, newId);
    assert.deepEqual(ids, [...ids].sort());
    assert.equal(new Set(ids).size, ids.length);
  });
});

describe("parseId", () => {
  const id = newId();

  it("takes either case as the same id", () => {
    assert.equal(parseId(id, "id"), id);
    assert.equal(parseId(id.toUpperCase(), "id"), id);
  });

  for (const [what, text] of [
    ["nothing", ""],
    ["a word", "customer"],
    ["a UUID of another version", v4()],
    ["one without hyphens", id.replaceAll("-", "")],
    ["one in braces", `{${id}}`],
    ["one with a line after it", `${id}\n`],
    ["one with a letter too many", `${id}0`],
  ] as const) {
    it(`refuses ${what}`, () => {
      assert.equal(isId(text), false);
      assert.throws(() => parseId(text, "customer_id"), {
        reason: "ID_MALFORMED",
        metadata: { field: "customer_id" },
      });
    });
  }

  it("takes any UUIDv7, whoever made it, and reads its time", () => {
    fc.assert(
      fc.property(fc.uuid({ version: 7 }), (text) => {
        assert.equal(parseId(text, "id"), text);
        const hex = idTime(text).getTime().toString(16).padStart(12, "0");
        assert.equal(hex, text.replaceAll("-", "").slice(0, 12));
      }),
    );
  });
});
