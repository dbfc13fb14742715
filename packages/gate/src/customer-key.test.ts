import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import fc from "fast-check";
import { hashKey, isOurs, isPresentable, makeKey, parseKey } from "./customer-key.ts";

const KEY = "tb_live_0000000000000000000000_1va5rW";

describe("a customer key", () => {
  it("has the shape tb_live_<22 base 62>_<6 base 62>", () => {
    assert.match(makeKey({ test: false }).key, /^tb_live_[0-9A-Za-z]{22}_[0-9A-Za-z]{6}$/);
    assert.match(makeKey({ test: true }).key, /^tb_test_[0-9A-Za-z]{22}_[0-9A-Za-z]{6}$/);
  });

  it("carries the owner's prefix before the random part", () => {
    const { key } = makeKey({ test: false, ownerPrefix: "wn" });
    assert.match(key, /^tb_live_wn_[0-9A-Za-z]{22}_/);
    assert.deepEqual(parseKey(key), { test: false, ownerPrefix: "wn" });
  });

  it("refuses a prefix that would not be read back", () => {
    for (const ownerPrefix of ["", "WN", "a_b", "x".repeat(17)]) {
      assert.throws(() => makeKey({ test: false, ownerPrefix }), {
        reason: "KEY_PREFIX_MALFORMED",
      });
    }
  });

  it("is read back, with its hash and last four characters", () => {
    const { key, sha256, lastFour } = makeKey({ test: true });
    assert.deepEqual(parseKey(key), { test: true, ownerPrefix: undefined });
    assert.equal(sha256, createHash("sha256").update(key).digest("hex"));
    assert.ok(key.endsWith(lastFour));
  });

  it("always reads the same checksum: a key issued today is good in ten years", () => {
    assert.equal(parseKey(KEY)?.test, false, KEY);
  });

  it("is refused with any one character changed", () => {
    const characters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-";
    const change = fc.record({
      at: fc.nat({ max: KEY.length - 1 }),
      to: fc.constantFrom(...characters),
    });
    fc.assert(
      fc.property(change, ({ at, to }) => {
        fc.pre(KEY[at] !== to);
        const wrong = KEY.slice(0, at) + to + KEY.slice(at + 1);
        assert.equal(parseKey(wrong), undefined, wrong);
      }),
      { numRuns: 2_000 },
    );
  });

  it("is refused for any other text, and no text is too long or strange to say so", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 400 }), (text) => {
        assert.equal(parseKey(text), undefined);
        assert.equal(hashKey(text).length, 64);
      }),
    );
    assert.ok(!isPresentable("") && !isPresentable("x".repeat(257)) && isPresentable("sk_1"));
    assert.ok(isOurs("tb_test_x") && !isOurs("sk_live_x"));
  });

  it("is never made twice", () => {
    const made = new Set(Array.from({ length: 10_000 }, () => makeKey({ test: false }).key));
    assert.equal(made.size, 10_000);
  });
});
