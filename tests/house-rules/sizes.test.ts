import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { noComplaints } from "./no-complaints.ts";
import { checkSizes } from "./sizes.ts";
import { parseSource, readSources } from "./source.ts";

const file = (path: string, lines: number) => parseSource(path, "a;\n".repeat(lines));
const many = (count: number, lines: number) =>
  Array.from({ length: count }, (_, index) => file(`packages/domain/src/f${index}.ts`, lines));

describe("files", () => {
  it("are short", () => noComplaints(checkSizes(readSources())));
});

describe("the rule of sizes", () => {
  it("refuses a file of 301 lines, and takes one of 300", () => {
    const crowd = many(30, 10);
    assert.deepEqual(checkSizes([...crowd, file("sdk/node/src/long.ts", 300)]), []);
    assert.deepEqual(checkSizes([...crowd, file("sdk/node/src/long.ts", 301)]), [
      "sdk/node/src/long.ts has 301 lines; at most 300",
    ]);
  });

  it("lets a test be as long as its table", () => {
    assert.deepEqual(checkSizes([...many(3, 10), file("sdk/node/src/long.test.ts", 400)]), []);
  });

  it("refuses a crowd of long files, none of which is too long", () => {
    assert.deepEqual(checkSizes(many(10, 81)), [
      "half of the files have 81 lines or more; at most 80",
    ]);
    assert.deepEqual(checkSizes([...many(8, 10), ...many(2, 201)]), [
      "a tenth of the files has 201 lines or more; at most 200",
    ]);
  });
});
