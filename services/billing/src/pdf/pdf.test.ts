import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Big } from "@tollbook/domain";
import { amountInWords } from "./amount-in-words.ts";
import { printedDay, printedSpan } from "./printed-dates.ts";
import type { PrintedInvoice, PrintedLine } from "./printed-invoice.ts";
import { renderInvoice } from "./render-invoice.ts";

const crore =
  "Rupees One Crore Twenty Three Lakh Forty Five Thousand Six Hundred Seventy Eight and " +
  "Paise Ninety Only";

describe("an amount in words", () => {
  const cases: [string, string, string][] = [
    ["150000.50", "INR", "Rupees One Lakh Fifty Thousand and Paise Fifty Only"],
    ["20", "INR", "Rupees Twenty Only"],
    ["0.05", "INR", "Rupees Zero and Paise Five Only"],
    ["12345678.90", "INR", crore],
    ["100.5", "USD", "US Dollar One Hundred and 50/100 Only"],
    ["1500", "JPY", "Japanese Yen One Thousand Five Hundred Only"],
  ];
  for (const [amount, currency, words] of cases) {
    it(`of ${currency} ${amount} is "${words}"`, () => {
      assert.equal(amountInWords(new Big(amount), currency), words);
    });
  }
});

describe("dates on an invoice", () => {
  const india = "Asia/Kolkata";
  const at = (text: string) => new Date(text);

  it("are those of the account's zone, with the month in words", () => {
    assert.equal(printedDay(at("2026-11-30T18:29:59Z"), india), "30 November 2026");
    assert.equal(printedDay(at("2026-11-30T18:30:00Z"), india), "1 December 2026");
  });

  it("name the first and the last day of a span", () => {
    const november = { start: at("2026-11-10T06:00:00Z"), end: at("2026-11-30T18:30:00Z") };
    assert.equal(printedSpan(november, india), "10–30 November 2026");
    const year = { start: at("2026-12-31T18:30:00Z"), end: at("2027-02-28T18:30:00Z") };
    assert.equal(printedSpan(year, india), "1 January – 28 February 2027");
  });
});

const line: PrintedLine = {
  description: "API calls",
  span: "",
  quantity: "1,50,000 calls",
  amount: "₹150.00",
  arithmetic: ["1,50,000 calls ÷ 1,000 × ₹1.00 = ₹150.00"],
};
const invoice: PrintedInvoice = {
  title: "Invoice",
  number: "INV/26-27/000001",
  time: new Date("2026-12-01T18:30:00Z"),
  supplier: { name: "WeatherNow", details: ["Bengaluru"] },
  recipient: { name: "मौसम ऐप", details: [] },
  facts: [["Due date", "17 December 2026"]],
  lines: [line],
  totals: [["Subtotal", "₹150.00"]],
  total: "₹150.00",
  words: "Rupees One Hundred Fifty Only",
  footer: "",
};
const pagesOf = (pdf: Uint8Array) =>
  Buffer.from(pdf)
    .toString("latin1")
    .match(/\/Type \/Page\b/g);

describe("an invoice as a PDF", () => {
  it("has the same bytes each time", async () => {
    const [first, second] = [await renderInvoice(invoice), await renderInvoice(invoice)];
    assert.ok(Buffer.from(first).equals(Buffer.from(second)));
  });

  it("is one page for few lines, and goes on for many", async () => {
    const many = { ...invoice, lines: Array.from({ length: 60 }, () => line) };
    assert.equal(pagesOf(await renderInvoice(invoice))?.length, 1);
    assert.equal(pagesOf(await renderInvoice(many))?.length, 5);
  });

  it("breaks a line whose arithmetic is longer than a page", async () => {
    const tiers = Array.from({ length: 80 }, (_, tier) => `tier ${tier}: 10 calls × ₹1.00`);
    const long = { ...invoice, lines: [{ ...line, arithmetic: tiers }] };
    assert.equal(pagesOf(await renderInvoice(long))?.length, 3);
  });
});
