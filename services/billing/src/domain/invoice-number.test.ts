import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { invoiceNumber, seriesOf } from "./invoice-number.ts";

describe("an invoice number", () => {
  it("has 16 characters, and changes its year at midnight of 1 April in India", () => {
    const before = seriesOf("INV", new Date("2026-03-31T18:29:59.999Z"));
    const after = seriesOf("INV", new Date("2026-03-31T18:30:00Z"));
    assert.equal(invoiceNumber(before, 42n), "INV/25-26/000042");
    assert.equal(invoiceNumber(after, 1n), "INV/26-27/000001");
    assert.equal(invoiceNumber(after, 1n).length, 16);
  });

  it("has the shape the e-invoice portal takes", () => {
    const number = invoiceNumber(seriesOf("A1", new Date("2026-11-10T00:00:00Z")), 1_234_567n);
    assert.match(number, /^[A-Z1-9][A-Z0-9/-]{0,15}$/);
    assert.equal(number, "A1/26-27/1234567");
  });

  it("is refused when the series has run out of digits", () => {
    const series = seriesOf("INV", new Date("2026-11-10T00:00:00Z"));
    assert.throws(() => invoiceNumber(series, 1_000_000n), { reason: "NUMBER_SERIES_FULL" });
  });
});
