import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatMoney, formatPrice } from "./money.ts";
import { formatCount, formatShare } from "./number.ts";

describe("numbers on the screen", () => {
  it("are grouped as in India where the account is in rupees, and exact at any size", () => {
    assert.equal(formatCount("150000", "en-IN"), "1,50,000");
    assert.equal(formatCount("9007199254740993", "en-US"), "9,007,199,254,740,993");
    assert.equal(formatCount(undefined, "en-IN"), "0");
  });

  it("show amounts to the paisa and prices as fine as they are", () => {
    assert.equal(formatMoney({ currency: "INR", amount: "150000" }), "₹1,50,000.00");
    assert.equal(formatPrice("0.0025", "INR"), "₹0.0025");
    assert.equal(formatPrice("1", "INR"), "₹1.00");
  });

  it("say that a share is small rather than nothing", () => {
    assert.equal(formatShare(0.0004, "en-US"), "<0.1%");
    assert.equal(formatShare(0.033, "en-US"), "3.3%");
    assert.equal(formatShare(0.5, "en-US"), "50%");
  });
});
