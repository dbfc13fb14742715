import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseSender } from "./sender.ts";

describe("who mail comes from", () => {
  const cases = [
    ["an address alone", "no-reply@tollbook.example", "Tollbook"],
    [
      "a name and an address",
      "WeatherNow Billing <no-reply@tollbook.example>",
      "WeatherNow Billing",
    ],
    ["a quoted name", '"Billing, WeatherNow" <no-reply@tollbook.example>', "Billing, WeatherNow"],
    ["an address in brackets", "<no-reply@tollbook.example>", "Tollbook"],
  ] as const;
  for (const [what, text, name] of cases) {
    it(`may be ${what}`, () => {
      assert.deepEqual(parseSender(text), { name, address: "no-reply@tollbook.example" });
    });
  }
  for (const text of ["", "Tollbook", "Tollbook <nowhere>", "a@b.example, c@d.example"]) {
    it(`is not ${JSON.stringify(text)}`, () => assert.equal(parseSender(text), undefined));
  }
});
