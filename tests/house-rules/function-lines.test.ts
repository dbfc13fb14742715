import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checkFunctionLines } from "./function-lines.ts";
import { noComplaints } from "./no-complaints.ts";
import { parseSource, readSources } from "./source.ts";

describe("functions", () => {
  it("fit a screen", () => noComplaints(checkFunctionLines(readSources())));

  it("are refused from 51 lines on, in any form", () => {
    const body = (lines: number) => `{\n${"  f();\n".repeat(lines - 2)}}`;
    const complaints = (text: string) =>
      checkFunctionLines([parseSource("sdk/node/src/a.ts", text)]).length;
    assert.equal(complaints(`function a() ${body(50)}`), 0);
    assert.equal(complaints(`function a() ${body(51)}`), 1);
    assert.equal(complaints(`const a = () => ${body(51)};`), 1);
    assert.equal(complaints(`class A { b() ${body(51)} }`), 1);
  });

  it("may be longer in a test, where a function is a table", () => {
    const text = `describe("a", () => {${"\n".repeat(60)}});`;
    assert.deepEqual(checkFunctionLines([parseSource("sdk/node/src/a.test.ts", text)]), []);
  });
});
