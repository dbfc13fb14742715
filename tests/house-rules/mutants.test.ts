import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { brokenText } from "../chaos/mutants/break-code.ts";
import { mutants } from "../chaos/mutants/mutants.ts";
import { checkout, parseSource } from "./source.ts";

describe("the mistakes that chaos must find (tests/chaos/mutants/mutants.ts)", () => {
  for (const { name, places } of mutants) {
    it(`${name} can be made in ${places.map(({ file }) => file).join(" and ")}`, () => {
      for (const place of places) {
        assert.ok(parseSource(place.file, brokenText(checkout, name, place)));
      }
    });
  }
});
