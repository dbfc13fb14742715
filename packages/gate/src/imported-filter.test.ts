import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { hashKey } from "./customer-key.ts";
import { makeImportedFilter, mayBeImported } from "./imported-filter.ts";

const hashes = (from: number, count: number) =>
  Array.from({ length: count }, (_, nth) => hashKey(`key ${from + nth}`));

describe("the filter of imported keys", () => {
  it("lets every imported key through", () => {
    const imported = hashes(0, 5_000);
    const filter = makeImportedFilter(imported);
    assert.ok(imported.every((sha256) => mayBeImported(filter, sha256)));
  });

  it("stops about 99 of 100 others", () => {
    const filter = makeImportedFilter(hashes(0, 5_000));
    const passed = hashes(100_000, 10_000).filter((sha256) => mayBeImported(filter, sha256));
    assert.ok(passed.length < 150, `${passed.length} of 10,000 strangers`);
  });

  it("of no keys lets nobody through", () => {
    assert.ok(!mayBeImported(makeImportedFilter([]), hashKey("x")));
  });

  it("that cannot be read stops nobody: the directory decides", () => {
    const filter = { bits: new Uint8Array(8), hashes: 0 };
    assert.ok(mayBeImported(filter, hashKey("x")));
  });
});
