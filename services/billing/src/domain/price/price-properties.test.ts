import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Big } from "@tollbook/domain";
import fc from "fast-check";
import { rounded } from "../fraction.ts";
import { ratePeriod } from "../rate-period.ts";
import { CALLS } from "../wording.ts";
import { type Price, priceUnits } from "./price.ts";

const runs = { numRuns: 1_000 };
const units = fc.bigInt({ min: 0n, max: 10n ** 12n });
const amount = fc
  .tuple(fc.bigInt({ min: 0n, max: 10n ** 9n }), fc.integer({ min: 0, max: 12 }))
  .map(([figure, scale]) => new Big(figure).times(new Big(`1${"0".repeat(scale)}`)).times("1e-12"));

const packagePrice: fc.Arbitrary<Price> = fc.record({
  model: fc.constant("package" as const),
  packageUnits: fc.bigInt({ min: 1n, max: 10n ** 6n }),
  packageAmount: amount,
  roundUp: fc.boolean(),
});
const perUnit: fc.Arbitrary<Price> = fc.record({
  model: fc.constant("per-unit" as const),
  unitAmount: amount,
});
const graduated: fc.Arbitrary<Price> = fc
  .tuple(
    fc.uniqueArray(fc.bigInt({ min: 1n, max: 10n ** 9n }), { maxLength: 6 }),
    fc.array(fc.tuple(amount, amount), { minLength: 7, maxLength: 7 }),
  )
  .map(([bounds, prices]) => {
    const ends = [...bounds.sort((a, b) => (a < b ? -1 : 1)), null];
    const tiers = ends.map((upTo, index) => {
      const [unitAmount = new Big("0"), flatAmount = new Big("0")] = prices[index] ?? [];
      return { upTo, unitAmount, flatAmount };
    });
    return { model: "graduated" as const, tiers };
  });
const anyPrice = fc.oneof(packagePrice, perUnit, graduated);

const share = { part: 2_976n, whole: 2_976n };
const wording = { currency: "INR", unit: CALLS };

function charge(quantity: bigint, price: Price): Big {
  return rounded(priceUnits(quantity, price, share, wording).amount, 2);
}

describe("every price of usage", () => {
  it("never asks less for more calls", () => {
    fc.assert(
      fc.property(anyPrice, units, units, (price, some, more) => {
        assert.ok(charge(some + more, price).gte(charge(some, price)));
      }),
      runs,
    );
  });

  it("is never below nothing", () => {
    const property = fc.property(anyPrice, units, (price, some) => charge(some, price).gte("0"));
    fc.assert(property, runs);
  });

  it("is the same however the usage was split over endpoints and batches", () => {
    fc.assert(
      fc.property(anyPrice, fc.array(units, { minLength: 1, maxLength: 8 }), (price, parts) => {
        const sum = parts.reduce((total, part) => total + part, 0n);
        assert.ok(rateMonth(price, parts).eq(rateMonth(price, [sum])));
      }),
      runs,
    );
  });

  it("is rounded half away from zero from the exact quotient, once", () => {
    fc.assert(
      fc.property(packagePrice, units, (price, some) => {
        if (price.model !== "package" || price.roundUp) return;
        const exactTimes100 = price.packageAmount.times(some).times("100");
        const paise = charge(some, price).times("100").times(price.packageUnits);
        const twiceTheError = exactTimes100.minus(paise).times("2");
        assert.ok(twiceTheError.lt(new Big(price.packageUnits)), "never half a paisa below");
        assert.ok(twiceTheError.gte(new Big(-price.packageUnits)), "at most half a paisa above");
      }),
      runs,
    );
  });
});

const start = new Date("2026-09-30T18:30:00Z");
const end = new Date("2026-10-31T18:30:00Z");

/** The amount of October 2026 for usage that came in parts. */
function rateMonth(price: Price, parts: readonly bigint[]): Big {
  const charges = [
    { chargeId: "c", name: "API calls", meterId: "m", includedUnits: 0n, sac: "", price },
  ];
  const stretch = { start, end, planId: "p", planVersion: 1 };
  const [line] = ratePeriod({
    period: stretch,
    ...{ zone: "Asia/Kolkata", callsMeterId: "m" },
    stretches: [stretch],
    usage: parts.map((each) => ({ start, end, meterId: "m", units: each })),
    termsOf: () => ({ name: "plan", currency: "INR", charges, limits: [] }),
  });
  assert.ok(line);
  return line.amount;
}
