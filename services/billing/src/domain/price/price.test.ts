import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Big } from "@tollbook/domain";
import { rounded } from "../fraction.ts";
import { CALLS, resultText } from "../wording.ts";
import { type Price, priceUnits } from "./price.ts";

const wording = { currency: "INR", unit: CALLS };
const wholePeriod = { part: 2_976n, whole: 2_976n };

function charge(units: bigint, price: Price, share = wholePeriod) {
  const { amount, steps, expression } = priceUnits(units, price, share, wording);
  const text = [...steps, `${expression} = ${resultText(amount, "INR")}`];
  return { amount: rounded(amount, 2).toFixed(2), text };
}

const perThousand: Price = {
  model: "package",
  packageUnits: 1_000n,
  packageAmount: new Big("1"),
  roundUp: false,
};

describe("₹1 per 1,000 calls, in proportion", () => {
  const cases: [bigint, string, string][] = [
    [0n, "0.00", "0 calls ÷ 1,000 × ₹1.00 = ₹0.00"],
    [1n, "0.00", "1 call ÷ 1,000 × ₹1.00 = ₹0.001, rounded to ₹0.00"],
    [5n, "0.01", "5 calls ÷ 1,000 × ₹1.00 = ₹0.005, rounded to ₹0.01"],
    [1_500n, "1.50", "1,500 calls ÷ 1,000 × ₹1.00 = ₹1.50"],
    [20_000n, "20.00", "20,000 calls ÷ 1,000 × ₹1.00 = ₹20.00"],
    [150_000n, "150.00", "1,50,000 calls ÷ 1,000 × ₹1.00 = ₹150.00"],
    [10n ** 12n, "1000000000.00", "10,00,00,00,00,000 calls ÷ 1,000 × ₹1.00 = ₹1,00,00,00,000.00"],
  ];
  for (const [units, amount, text] of cases) {
    it(`charges ${units} calls ₹${amount}`, () => {
      assert.deepEqual(charge(units, perThousand), { amount, text: [text] });
    });
  }

  it("says that an amount without end was rounded", () => {
    const thirds: Price = { ...perThousand, packageUnits: 3n };
    assert.deepEqual(charge(1n, thirds).text, ["1 call ÷ 3 × ₹1.00 = ₹0.33, rounded"]);
  });
});

describe("₹1 per 1,000 calls, rounded up", () => {
  const roundedUp: Price = { ...perThousand, roundUp: true };
  const cases: [bigint, string][] = [
    [0n, "0.00"],
    [1n, "1.00"],
    [999n, "1.00"],
    [1_000n, "1.00"],
    [1_001n, "2.00"],
    [20_000n, "20.00"],
  ];
  for (const [units, amount] of cases) {
    it(`charges ${units} calls ₹${amount}`, () => {
      assert.equal(charge(units, roundedUp).amount, amount);
    });
  }

  it("shows how many packages were begun", () => {
    assert.deepEqual(charge(1_001n, roundedUp).text, [
      "1,001 calls ÷ 1,000, rounded up = 2 packages",
      "2 packages × ₹1.00 = ₹2.00",
    ]);
  });
});

describe("₹0.0025 a call", () => {
  const perCall: Price = { model: "per-unit", unitAmount: new Big("0.0025") };

  it("charges a fraction of a paisa only when calls add up to one", () => {
    assert.equal(charge(1n, perCall).amount, "0.00");
    assert.equal(charge(2n, perCall).amount, "0.01");
    assert.equal(charge(4n, perCall).amount, "0.01");
  });

  it("writes the price with every digit", () => {
    assert.deepEqual(charge(4_000n, perCall).text, ["4,000 calls × ₹0.0025 = ₹10.00"]);
  });
});

describe("1,000 free calls, then ₹0.0025 up to 10,000 with ₹5 for getting there, then ₹0.001", () => {
  const graduated: Price = {
    model: "graduated",
    tiers: [
      { upTo: 1_000n, unitAmount: new Big("0"), flatAmount: new Big("0") },
      { upTo: 10_000n, unitAmount: new Big("0.0025"), flatAmount: new Big("5") },
      { upTo: null, unitAmount: new Big("0.001"), flatAmount: new Big("0") },
    ],
  };
  const cases: [bigint, string][] = [
    [0n, "0.00"],
    [999n, "0.00"],
    [1_000n, "0.00"],
    [1_001n, "5.00"], //  ₹0.0025 + ₹5, rounded
    [9_999n, "27.50"], // 8,999 × ₹0.0025 = ₹22.4975, + ₹5
    [10_000n, "27.50"],
    [10_001n, "27.50"], // + ₹0.001
    [20_000n, "37.50"],
    [10n ** 12n, "1000000017.50"],
  ];
  for (const [units, amount] of cases) {
    it(`charges ${units} calls ₹${amount}`, () => {
      assert.equal(charge(units, graduated).amount, amount);
    });
  }

  it("shows what each tier comes to, and the sum", () => {
    assert.deepEqual(charge(20_000n, graduated).text, [
      "1 to 1,000: 1,000 calls × ₹0.00 = ₹0.00",
      "1,001 to 10,000: 9,000 calls × ₹0.0025 + ₹5.00 = ₹27.50",
      "from 10,001: 10,000 calls × ₹0.001 = ₹10.00",
      "₹0.00 + ₹27.50 + ₹10.00 = ₹37.50",
    ]);
  });
});

describe("a fee of ₹499 a month", () => {
  const fee: Price = { model: "flat", amount: new Big("499") };

  it("costs the fee, whatever is used", () => {
    assert.equal(charge(0n, fee).amount, "499.00");
    assert.equal(charge(10n ** 9n, fee).amount, "499.00");
  });

  it("costs its part in a part of a month", () => {
    const tenDays = charge(0n, fee, { part: 960n, whole: 2_880n });
    assert.equal(tenDays.amount, "166.33");
    assert.deepEqual(tenDays.text, ["₹499.00 × 960 of 2,880 quarter hours = ₹166.33, rounded"]);
  });
});
