import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { decimalText } from "./decimal.ts";
import { DomainError } from "./domain-error.ts";
import { parseDecimal } from "./parse-decimal.ts";

const bounds = { field: "price", maxIntegerDigits: 6, maxScale: 4, min: "0", max: "250000.5" };

function reasonOf(text: string): string | undefined {
  try {
    parseDecimal(text, bounds);
    return undefined;
  } catch (error) {
    assert.ok(error instanceof DomainError);
    assert.equal(error.kind, "invalid");
    assert.equal(error.violations?.[0]?.field, "price");
    return error.reason;
  }
}

describe("parseDecimal", () => {
  for (const [text, value] of [
    ["0", "0"],
    ["12.50", "12.5"],
    ["0012", "12"],
    ["0.0025", "0.0025"],
    ["1.50000000", "1.5"],
    ["-0.0", "0"],
    ["250000.5", "250000.5"],
  ] as const) {
    it(`reads ${text}`, () => assert.equal(decimalText(parseDecimal(text, bounds)), value));
  }

  for (const [text, reason] of [
    ["", "DECIMAL_MALFORMED"],
    [" 1", "DECIMAL_MALFORMED"],
    ["1\n", "DECIMAL_MALFORMED"],
    ["+1", "DECIMAL_MALFORMED"],
    [".5", "DECIMAL_MALFORMED"],
    ["5.", "DECIMAL_MALFORMED"],
    ["1e3", "DECIMAL_MALFORMED"],
    ["0x10", "DECIMAL_MALFORMED"],
    ["NaN", "DECIMAL_MALFORMED"],
    ["Infinity", "DECIMAL_MALFORMED"],
    ["1,000", "DECIMAL_MALFORMED"],
    ["१२", "DECIMAL_MALFORMED"],
    ["1".repeat(101), "DECIMAL_MALFORMED"],
    ["1234567", "DECIMAL_TOO_LARGE"],
    ["0.00001", "DECIMAL_TOO_PRECISE"],
    ["-1", "DECIMAL_OUT_OF_RANGE"],
    ["250000.51", "DECIMAL_OUT_OF_RANGE"],
  ] as const) {
    it(`refuses ${JSON.stringify(text.slice(0, 12))} as ${reason}`, () =>
      assert.equal(reasonOf(text), reason));
  }

  it("allows a fraction where no digit may stand before the point", () => {
    assert.equal(parseDecimal("0.5", { maxIntegerDigits: 0, maxScale: 1 }).toString(), "0.5");
  });

  it("takes or refuses any text, and never crashes", () => {
    const odd = fc.oneof(fc.string(), fc.stringMatching(/^[-+0-9.eE ]{0,12}$/));
    fc.assert(fc.property(odd, (text) => void reasonOf(text)));
  });
});
