import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { compareFolders } from "./compare-folders.ts";

describe("compareFolders", () => {
  it("names what is missing, what is too much and what is different", () => {
    const room = mkdtempSync(join(tmpdir(), "tollbook-compare-"));
    for (const folder of ["wanted", "found"]) {
      mkdirSync(join(room, folder, "in"), { recursive: true });
      writeFileSync(join(room, folder, "in/same.ts"), "same");
      writeFileSync(join(room, folder, "in/stale.ts"), folder);
    }
    writeFileSync(join(room, "wanted/new.ts"), "new");
    writeFileSync(join(room, "found/old.ts"), "old");
    const found = compareFolders(join(room, "wanted"), join(room, "found"));
    assert.equal(found.length, 3);
    assert.match(found[0] ?? "", /found\/new\.ts is missing$/);
    assert.match(found[1] ?? "", /found\/old\.ts should not be there$/);
    assert.match(found[2] ?? "", /found\/in\/stale\.ts is not what it should be$/);
    assert.deepEqual(compareFolders(join(room, "found"), join(room, "found")), []);
    rmSync(room, { recursive: true });
  });
});
