import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Big as SharedBig } from "big.js";
import fc from "fast-check";
import { Big, decimalText, divideLast, toBigInt, withoutNegativeZero } from "./decimal.ts";

/** A decimal with up to 20 digits, six of them after the point, as text. */
const decimals = fc.bigInt(-(10n ** 20n), 10n ** 20n).map((units) => {
  const digits = (units < 0n ? -units : units).toString().padStart(7, "0");
  return `${units < 0n ? "-" : ""}${digits.slice(0, -6)}.${digits.slice(-6)}`;
});

describe("Big", () => {
  it("adds and multiplies without losing a digit", () => {
    assert.equal(new Big("0.1").plus("0.2").toString(), "0.3");
    const exact = "12345678901234567890.123456789";
    assert.equal(new Big(exact).times("1000000000").toString(), exact.replace(".", ""));
  });

  it("refuses a number, at compile time and at run time", () => {
    // @ts-expect-error a number is not exact
    assert.throws(() => new Big(0.1), TypeError);
    // @ts-expect-error a number is not exact
    assert.throws(() => new Big("1").plus(0.1), TypeError);
  });

  it("takes bigints, for counts that come from the wire", () => {
    assert.equal(new Big(150_000n).times("0.001").toString(), "150");
  });

  it("writes large and small values without an exponent", () => {
    assert.equal(new Big("0.000000000001").toString(), "0.000000000001");
    assert.equal(JSON.stringify(new Big(10n ** 30n)), `"1${"0".repeat(30)}"`);
  });

  it("leaves the settings of big.js's shared constructor alone", () => {
    assert.equal(SharedBig.strict, false);
    assert.equal(new SharedBig("1e30").toString(), "1e+30");
  });

  it("rounds half away from zero", () => {
    assert.equal(new Big("2.5").round(0).toString(), "3");
    assert.equal(new Big("-2.5").round(0).toString(), "-3");
  });
});

describe("divideLast", () => {
  it("rounds once, half away from zero, at the scale asked for", () => {
    assert.equal(divideLast(new Big("1"), new Big("3"), 4).toString(), "0.3333");
    assert.equal(divideLast(new Big("2"), new Big("3"), 4).toString(), "0.6667");
    assert.equal(divideLast(new Big("1"), new Big("8"), 2).toString(), "0.13");
    assert.equal(divideLast(new Big("-1"), new Big("8"), 2).toString(), "-0.13");
  });

  it("keeps exact what divides evenly, however long", () => {
    const a = new Big("123456789012345678901234567890");
    assert.equal(divideLast(a.times("7"), new Big("7"), 0).toString(), a.toString());
  });

  it("gives a paisa where dividing first gave nothing", () => {
    const last = divideLast(new Big("10").times("0.015"), new Big("30"), 2);
    assert.equal(last.toString(), "0.01");
  });

  it("never gives minus nought", () => {
    assert.equal(divideLast(new Big("-1"), new Big("1000"), 2).toFixed(2), "0.00");
  });

  it("crashes on division by nought", () => {
    assert.throws(() => divideLast(new Big("1"), new Big("0"), 2), /Division by zero/);
  });

  it("is within half a unit of the last place, for any two decimals", () => {
    fc.assert(
      fc.property(decimals, decimals, fc.nat(10), (a, b, scale) => {
        const divisor = new Big(b);
        fc.pre(!divisor.eq("0"));
        const quotient = divideLast(new Big(a), divisor, scale);
        const error = quotient.times(b).minus(a).abs().times("2");
        return error.lte(divisor.abs().times(`1e-${scale}`));
      }),
    );
  });
});

describe("decimalText", () => {
  it("pads to the scale asked for and never cuts", () => {
    assert.equal(decimalText(new Big("20"), 2), "20.00");
    assert.equal(decimalText(new Big("0.0025"), 2), "0.0025");
    assert.equal(decimalText(new Big("-1.5")), "-1.5");
  });

  it("never says minus nought", () => {
    assert.equal(decimalText(new Big("-0.001").round(2), 2), "0.00");
    assert.equal(JSON.stringify(withoutNegativeZero(new Big("-0"))), '"0"');
  });

  it("is read back as the same value", () => {
    fc.assert(
      fc.property(decimals, fc.nat(9), (text, minScale) =>
        new Big(decimalText(new Big(text), minScale)).eq(text),
      ),
    );
  });
});

describe("toBigInt", () => {
  it("gives whole numbers of any size", () => {
    assert.equal(toBigInt(new Big("12345678901234567890.00")), 12345678901234567890n);
    assert.equal(toBigInt(new Big("-0")), 0n);
  });

  it("crashes on a fraction rather than drop it", () => {
    assert.throws(() => toBigInt(new Big("1.5")), /not a whole number/);
  });
});
