import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checkDocstrings } from "./docstrings.ts";
import { noComplaints } from "./no-complaints.ts";
import { parseSource, readSources } from "./source.ts";

describe("what packages and the SDK export", () => {
  it("says what it means", () => noComplaints(checkDocstrings(readSources())));
});

describe("the rule of docstrings", () => {
  const complaints = (text: string, path = "packages/domain/src/a.ts") =>
    checkDocstrings([parseSource(path, text)]);

  it("refuses an export without one", () => {
    assert.deepEqual(complaints("const b = 1;\nexport const a = b;"), [
      "packages/domain/src/a.ts:2 a has no docstring",
    ]);
    assert.equal(complaints("// not a docstring\nexport interface A {}").length, 1);
    assert.equal(complaints("/** Of b. */\nconst b = 1;\nexport function a() {}").length, 1);
  });

  it("takes a type that says at its members what it means", () => {
    assert.deepEqual(complaints("export interface A {\n  /** In ms. */\n  b: number;\n}"), []);
  });

  it("takes an export with one, further overloads, and what services export", () => {
    assert.deepEqual(complaints("/** The first number. */\nexport const a = 1;"), []);
    const overloads =
      "/** Says a. */\nexport function a(): void;\nexport function a(b?: 1): void {}";
    assert.deepEqual(complaints(overloads), []);
    assert.deepEqual(complaints("export const a = 1;", "services/auth/src/a.ts"), []);
  });
});
