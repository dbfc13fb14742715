import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { noComplaints } from "./no-complaints.ts";
import { parseSource, readSources } from "./source.ts";
import { checkUnfinished } from "./unfinished.ts";

describe("comments", () => {
  it("put nothing off", () => noComplaints(checkUnfinished(readSources())));

  it("are refused when they do", () => {
    const source = parseSource("sdk/node/src/a.ts", "const a = 1;\n// TODO: later\n/* FIXME */");
    assert.deepEqual(checkUnfinished([source]), [
      "sdk/node/src/a.ts:2 TODO",
      "sdk/node/src/a.ts:3 FIXME",
    ]);
    assert.deepEqual(checkUnfinished([parseSource("sdk/node/src/a.ts", "const TODO = 1;")]), []);
  });
});
