import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { amount, count, percentUsed } from "./figures.ts";

describe("figures", () => {
  it("are grouped in lakhs for an account in rupees", () => {
    assert.equal(count("150000", "INR"), "1,50,000");
    assert.equal(amount("INR", "150000.5"), "₹1,50,000.50");
  });
  it("are grouped in thousands for others", () => {
    assert.equal(count("150000", "USD"), "150,000");
    assert.equal(amount("USD", "150000.5"), "$150,000.50");
  });
  it("are exact past what a number can hold", () => {
    assert.equal(count("9007199254740993", "USD"), "9,007,199,254,740,993");
  });
});

describe("the percentage used", () => {
  const cases = [
    ["800", "1000", 80n],
    ["799", "1000", 79n],
    ["950", "1000", 95n],
    ["1500", "1000", 150n],
    ["0", "0", 100n],
    ["9007199254740993", "9007199254740993", 100n],
  ] as const;
  for (const [used, limit, percent] of cases) {
    it(`of ${used} of ${limit} is ${percent}`, () => {
      assert.equal(percentUsed(used, limit), percent);
    });
  }
});
