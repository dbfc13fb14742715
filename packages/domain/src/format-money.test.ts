import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { Big } from "./decimal.ts";
import { formatDecimal, formatMoney } from "./format-money.ts";
import { amountText, money } from "./money.ts";

describe("formatMoney", () => {
  for (const [currency, amount, locale, text] of [
    ["INR", "20", "en-IN", "₹20.00"],
    ["INR", "150000", "en-IN", "₹1,50,000.00"],
    ["INR", "12345678.9", "en-IN", "₹1,23,45,678.90"],
    ["INR", "0.0025", "en-IN", "₹0.0025"],
    ["INR", "-150", "en-IN", "-₹150.00"],
    ["INR", "-0.00", "en-IN", "₹0.00"],
    ["USD", "1234567.5", "en-US", "$1,234,567.50"],
    ["JPY", "150000", "en-US", "¥150,000"],
  ] as const) {
    it(`writes ${amount} ${currency} as ${text}`, () =>
      assert.equal(formatMoney(money(currency, amount), locale), text));
  }

  it("is en-IN unless told otherwise", () =>
    assert.equal(formatMoney(money("INR", "150000")), "₹1,50,000.00"));

  it("shows every digit a number would lose", () => {
    const huge = money("INR", "123456789012345678.123456789012");
    assert.equal(formatMoney(huge), "₹1,23,45,67,89,01,23,45,678.123456789012");
  });

  it("says exactly the amount, for any amount of micro-rupees", () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 22n), 10n ** 22n), (micros) => {
        const owed = { currency: "INR", amount: new Big(micros).times("0.000001") };
        return formatMoney(owed).replace(/[₹,]/g, "") === amountText(owed);
      }),
    );
  });
});

describe("formatDecimal", () => {
  it("groups by lakh and crore", () => {
    assert.equal(formatDecimal(150_000n), "1,50,000");
    assert.equal(formatDecimal(new Big("12345678.50")), "1,23,45,678.5");
  });
});
