import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isMailable } from "./email-address.ts";

describe("an e-mail address", () => {
  for (const address of ["a@b", "accounts@abc.example", "रवि@उदाहरण.भारत", "o'hara+x@a-b.co"]) {
    it(`may be ${address}`, () => assert.equal(isMailable(address), true));
  }
  const refused = [
    ["nothing", ""],
    ["a name alone", "accounts"],
    ["two addresses", "a@b.example,c@d.example"],
    ["a second header", "a@b.example\r\nBcc: all@c.example"],
    ["a display name", "Ravi <a@b.example>"],
    ["a NUL", "a\0@b.example"],
    ["a space", "a b@c.example"],
    ["longer than an address can be", `${"a".repeat(320)}@b.example`],
  ] as const;
  for (const [what, address] of refused) {
    it(`is not ${what}`, () => assert.equal(isMailable(address), false));
  }
});
