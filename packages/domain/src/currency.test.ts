import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isCurrency, minorUnits, parseCurrency } from "./currency.ts";

describe("currencies", () => {
  for (const [currency, digits] of [
    ["INR", 2],
    ["USD", 2],
    ["JPY", 0],
    ["KWD", 3],
  ] as const) {
    it(`${currency} has ${digits} digits after the point`, () =>
      assert.equal(minorUnits(currency), digits));
  }

  it("are known by their upper-case ISO 4217 code only", () => {
    assert.equal(parseCurrency("INR"), "INR");
    for (const text of ["inr", "XYZ1", "", "₹", "ABC"]) {
      assert.equal(isCurrency(text), false);
      assert.throws(() => parseCurrency(text), { reason: "CURRENCY_UNKNOWN" });
    }
  });

  it("crashes rather than guess the digits of an unknown one", () => {
    assert.throws(() => minorUnits("ABC"), /no currency/);
  });
});
