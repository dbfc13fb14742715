import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { addressRule } from "./source-address.ts";

const CASES: [cidrs: string[], address: string | undefined, may: boolean][] = [
  [["203.0.113.0/24"], "203.0.113.255", true],
  [["203.0.113.0/24"], "203.0.114.0", false],
  [["203.0.113.7"], "203.0.113.7", true],
  [["203.0.113.7"], "203.0.113.8", false],
  [["2001:db8::/32"], "2001:db8:1::1", true],
  [["2001:db8::/32"], "2001:db9::1", false],
  [["203.0.113.0/24"], "::ffff:203.0.113.9", true],
  [["10.0.0.0/8", "203.0.113.0/24"], "203.0.113.9", true],
  [["0.0.0.0/0"], "198.51.100.1", true],
  [["0.0.0.0/0"], "2001:db8::1", false],
  [["203.0.113.0/24"], undefined, false],
  [["203.0.113.0/24"], "somewhere", false],
  [["nonsense", "203.0.113.0/99", "203.0.113.0/x"], "203.0.113.1", false],
];

describe("an allow-list of addresses", () => {
  for (const [cidrs, address, may] of CASES) {
    it(`${cidrs.join(", ")} ${may ? "lets in" : "keeps out"} ${address ?? "no address"}`, () => {
      assert.equal(addressRule(cidrs)(address), may);
    });
  }
});
