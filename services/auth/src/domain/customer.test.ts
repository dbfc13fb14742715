import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DomainError } from "@tollbook/domain";
import { type CustomerWords, checkCustomer } from "./customer.ts";

const billing = {
  legalName: "",
  addressLines: [],
  city: "",
  postalCode: "",
  state: "",
  country: "",
  taxNumber: "",
  email: "",
};
const abc: CustomerWords = {
  externalId: "abc",
  name: "ABC Pvt Ltd",
  email: "accounts@abc.example",
  billing,
  metadata: {},
};

function fieldsOf(words: CustomerWords): string[] {
  try {
    checkCustomer(words);
    return [];
  } catch (error) {
    assert.ok(error instanceof DomainError);
    return (error.violations ?? []).map(({ field }) => field);
  }
}

describe("a customer", () => {
  it("may have a name in any script and no e-mail address", () => {
    assert.deepEqual(fieldsOf({ ...abc, name: "मौसम प्राइवेट लिमिटेड", email: "" }), []);
  });

  it("has everything that is wrong with it told at once", () => {
    const words = {
      ...abc,
      name: " ",
      email: "nobody",
      billing: {
        ...billing,
        country: "India",
        email: "x@",
        addressLines: ["a\r\nBcc: b@c.example"],
      },
      metadata: { ["n".repeat(65)]: "v" },
    };
    assert.deepEqual(fieldsOf(words), [
      "name",
      "email",
      "billing.email",
      "billing.country",
      "billing.address_lines[0]",
      `metadata.${"n".repeat(64)}`,
    ]);
  });

  it("carries at most 16 labels", () => {
    const labels = Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`label ${n}`, ""]));
    assert.deepEqual(fieldsOf({ ...abc, metadata: labels }), ["metadata"]);
  });
});

describe("an e-mail address", () => {
  for (const email of ["a@b.example", "asha.k+api@weather-now.co.in"]) {
    it(`may be ${email}`, () => assert.deepEqual(fieldsOf({ ...abc, email }), []));
  }
  for (const email of [
    "a",
    "a@b",
    "a b@c.example",
    "a@b.example\n",
    "<a@b.example>",
    "a@b..example",
  ]) {
    it(`may not be ${JSON.stringify(email)}`, () =>
      assert.deepEqual([...new Set(fieldsOf({ ...abc, email }))], ["email"]));
  }
});
