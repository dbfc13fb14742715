import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { Big } from "./decimal.ts";
import { addMoney, amountText, money, roundToMinorUnit, zeroMoney } from "./money.ts";

describe("money", () => {
  it("is read from two strings and written back the same", () => {
    assert.equal(amountText(money("INR", "20")), "20.00");
    assert.equal(amountText(money("INR", "0.0025")), "0.0025");
    assert.equal(amountText(money("JPY", "150.00")), "150");
    assert.equal(amountText(zeroMoney("INR")), "0.00");
  });

  it("refuses what is no currency and what is no amount, naming the field", () => {
    assert.throws(() => money("RUPEES", "1", "price"), { metadata: { field: "price.currency" } });
    assert.throws(() => money("INR", "1e3", "price"), { metadata: { field: "price.amount" } });
    assert.throws(() => money("INR", "1".repeat(19)), { reason: "DECIMAL_TOO_LARGE" });
    assert.throws(() => money("INR", `0.${"1".repeat(13)}`), { reason: "DECIMAL_TOO_PRECISE" });
  });
});

describe("addMoney", () => {
  it("is exact", () => {
    const sum = addMoney(money("INR", "0.1"), money("INR", "0.2"));
    assert.equal(amountText(sum), "0.30");
  });

  it("never mixes currencies", () => {
    const mixed = () => addMoney(money("INR", "1"), money("USD", "1"));
    assert.throws(mixed, { kind: "failed-precondition", reason: "CURRENCY_MISMATCH" });
  });
});

describe("roundToMinorUnit", () => {
  for (const [amount, currency, rounded] of [
    ["0.005", "INR", "0.01"],
    ["-0.005", "INR", "-0.01"],
    ["0.0049999", "INR", "0"],
    ["-0.0049999", "INR", "0"],
    ["84.745762", "INR", "84.75"],
    ["0.5", "JPY", "1"],
    ["1.0005", "KWD", "1.001"],
  ] as const) {
    it(`makes ${amount} ${currency} ${rounded}`, () =>
      assert.equal(roundToMinorUnit(new Big(amount), currency).toString(), rounded));
  }

  const tenthsOfPaise = fc.bigInt(-(10n ** 15n), 10n ** 15n);

  it("treats a debt and a credit alike", () => {
    fc.assert(
      fc.property(tenthsOfPaise, (n) => {
        const amount = new Big(n).times("0.001");
        const mirrored = roundToMinorUnit(amount.neg(), "INR").neg();
        return roundToMinorUnit(amount, "INR").eq(mirrored);
      }),
    );
  });

  it("is never off by more than half a paisa, and rounding twice changes nothing", () => {
    fc.assert(
      fc.property(tenthsOfPaise, (n) => {
        const amount = new Big(n).times("0.001");
        const once = roundToMinorUnit(amount, "INR");
        return once.minus(amount).abs().lte("0.005") && roundToMinorUnit(once, "INR").eq(once);
      }),
    );
  });
});
