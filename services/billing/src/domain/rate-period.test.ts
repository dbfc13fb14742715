import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Big } from "@tollbook/domain";
import type { Charge } from "./plan.ts";
import type { Price } from "./price/price.ts";
import { ratePeriod } from "./rate-period.ts";
import type { Stretch } from "./subscription.ts";

const zone = "Asia/Kolkata";
/** October 2026 has 31 days: 2,976 quarter hours. */
const october = {
  start: new Date("2026-09-30T18:30:00Z"),
  end: new Date("2026-10-31T18:30:00Z"),
};
const perThousand: Price = {
  model: "package",
  packageUnits: 1_000n,
  packageAmount: new Big("1"),
  roundUp: false,
};

function calls(price: Price, includedUnits = 0n): Charge {
  return { chargeId: "c", name: "API calls", meterId: "calls", includedUnits, sac: "", price };
}

function rate(stretches: Stretch[], charges: Record<string, Charge[]>, units: bigint[]) {
  const usage = stretches.map(({ start, end }, index) => {
    return { start, end, meterId: "calls", units: units[index] ?? 0n };
  });
  const period = october;
  const termsOf = ({ planId }: Stretch) => {
    return { name: planId, currency: "INR", charges: charges[planId] ?? [], limits: [] };
  };
  const request = { period, callsMeterId: "calls", zone, stretches, usage, termsOf };
  return ratePeriod(request).map((line) => ({
    quantity: `${line.quantity} ${line.unit}`,
    amount: line.amount.toFixed(2),
    arithmetic: line.arithmetic,
  }));
}

const wholeMonth = (planId: string): Stretch => ({ ...october, planId, planVersion: 1 });

describe("a charge on a meter of the account's own", () => {
  it("prices that meter's units, and nothing of calls", () => {
    const charge = { ...calls(perThousand, 500n), name: "Credits", meterId: "credits" };
    const stretch = wholeMonth("a");
    const used = (meterId: string, units: bigint) => ({ ...october, meterId, units });
    const [line] = ratePeriod({
      ...{ period: october, zone, callsMeterId: "calls", stretches: [stretch] },
      usage: [used("calls", 9_000_000n), used("credits", 1_500n), used("credits", 1_000n)],
      termsOf: () => ({ name: "a", currency: "INR", charges: [charge], limits: [] }),
    });
    assert.equal(`${line?.quantity} ${line?.unit}`, "2500 units");
    assert.deepEqual(line?.arithmetic, [
      "2,500 units − 500 units included = 2,000 units",
      "2,000 units ÷ 1,000 × ₹1.00 = ₹2.00",
    ]);
  });
});

describe("a whole month on one plan", () => {
  it("is a line with its quantity and its arithmetic", () => {
    const lines = rate([wholeMonth("a")], { a: [calls(perThousand)] }, [150_000n]);
    assert.deepEqual(lines, [
      {
        quantity: "150000 calls",
        amount: "150.00",
        arithmetic: ["1,50,000 calls ÷ 1,000 × ₹1.00 = ₹150.00"],
      },
    ]);
  });

  it("charges only what is beyond the included units", () => {
    const [line] = rate([wholeMonth("a")], { a: [calls(perThousand, 1_000n)] }, [20_000n]);
    assert.deepEqual(line?.arithmetic, [
      "20,000 calls − 1,000 calls included = 19,000 calls",
      "19,000 calls ÷ 1,000 × ₹1.00 = ₹19.00",
    ]);
    assert.equal(line?.quantity, "20000 calls");
  });

  it("charges nothing for the last included unit", () => {
    const charges = { a: [calls(perThousand, 1_000n)] };
    assert.equal(rate([wholeMonth("a")], charges, [1_000n])[0]?.amount, "0.00");
    assert.equal(rate([wholeMonth("a")], charges, [0n])[0]?.amount, "0.00");
  });

  it("has a line for each charge, in the plan's order", () => {
    const fee: Charge = { ...calls({ model: "flat", amount: new Big("499") }), meterId: "" };
    const lines = rate([wholeMonth("a")], { a: [fee, calls(perThousand)] }, [2_000n]);
    assert.deepEqual(
      lines.map(({ amount }) => amount),
      ["499.00", "2.00"],
    );
    assert.deepEqual(lines[0]?.arithmetic, ["₹499.00"]);
  });
});

describe("a month in which the plan changed on the 11th", () => {
  const change = new Date("2026-10-10T18:30:00Z");
  const before: Stretch = { start: october.start, end: change, planId: "a", planVersion: 1 };
  const after: Stretch = { start: change, end: october.end, planId: "b", planVersion: 1 };
  const dear: Price = { ...perThousand, packageAmount: new Big("2") };

  it("rates each stretch by its own version", () => {
    const charges = { a: [calls(perThousand)], b: [calls(dear)] };
    const lines = rate([before, after], charges, [10_000n, 21_000n]);
    assert.deepEqual(
      lines.map(({ amount }) => amount),
      ["10.00", "42.00"],
    );
  });

  it("includes units and charges fees in proportion of quarter hours: 960 and 2,016 of 2,976", () => {
    const fee = { ...calls({ model: "flat", amount: new Big("310") }), meterId: "" } as Charge;
    const charges = { a: [fee, calls(perThousand, 1_000n)], b: [calls(perThousand, 1_000n)] };
    const lines = rate([before, after], charges, [1_323n, 678n]);
    assert.deepEqual(
      lines.map(({ amount }) => amount),
      ["100.00", "1.00", "0.00"],
    );
    assert.deepEqual(lines[1]?.arithmetic, [
      "1,000 included × 960 of 2,976 quarter hours, rounded up = 323 calls",
      "1,323 calls − 323 calls included = 1,000 calls",
      "1,000 calls ÷ 1,000 × ₹1.00 = ₹1.00",
    ]);
  });

  it("crashes on usage that lies across the change", () => {
    const usage = [{ ...october, meterId: "calls", units: 1n }];
    const termsOf = () => ({ name: "a", currency: "INR", charges: [], limits: [] });
    const request = { period: october, zone, stretches: [before, after], usage, termsOf };
    assert.throws(() => ratePeriod({ ...request, callsMeterId: "calls" }), /lies across/);
  });
});
