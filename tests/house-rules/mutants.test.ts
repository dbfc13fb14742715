import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { brokenText } from "../chaos/mutants/break-code.ts";
import { mutants } from "../chaos/mutants/mutants.ts";
import { checkout, parseSource } from "./source.ts";

describe("the mistakes that chaos must find (tests/chaos/mutants/mutants.ts)", () => {
  for (const mutant of mutants) {
    it(`${mutant.name} can be made in ${mutant.file}`, () => {
      assert.ok(parseSource(mutant.file, brokenText(checkout, mutant)));
    });
  }
});
