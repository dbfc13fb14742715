import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fieldNames, planOf } from "./plan-form.ts";
import { planSentence } from "./plan-words.ts";

const filled = (fields: Partial<Record<keyof typeof fieldNames, string>>) => {
  const all = {
    name: "A",
    units: "1000",
    included: "0",
    enforcement: "ENFORCEMENT_HARD",
    ...fields,
  };
  return Object.fromEntries(
    Object.entries(all).map(([name, value]) => [
      fieldNames[name as keyof typeof fieldNames],
      value,
    ]),
  ) as Record<string, string>;
};
const sentence = (fields: Parameters<typeof filled>[0]) =>
  planSentence(planOf(filled(fields), "INR"));

describe("the form of a plan", () => {
  it("makes a price per package of calls", () => {
    assert.equal(sentence({ amount: "1" }), "₹1.00 per 1,000 calls");
    assert.equal(sentence({ amount: "0.0025", units: "1" }), "₹0.0025 per call");
    assert.equal(
      sentence({ amount: "1.00", included: "1000" }),
      "₹1.00 per 1,000 calls, 1,000 included",
    );
  });

  it("makes a free plan with a quota that refuses", () => {
    const sent = JSON.parse(JSON.stringify(planOf(filled({ quota: "1000" }), "INR")));
    assert.deepEqual(sent, {
      name: "A",
      currency: "INR",
      charges: [],
      limits: [
        {
          name: "monthly calls",
          window: "WINDOW_MONTH",
          quota: "1000",
          enforcement: "ENFORCEMENT_HARD",
          ratePerSecondMilli: "0",
        },
      ],
    });
    assert.equal(sentence({ quota: "1000" }), "Free; 1,000 calls a month, then refused");
  });
});
