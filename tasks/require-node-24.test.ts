import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, it } from "node:test";
import { root } from "./config.ts";

/** What the guard does in a Node that calls itself by this version. */
function guard(version: string) {
  const file = JSON.stringify(join(root, "tasks/require-node-24.cjs"));
  const code = `Object.defineProperty(process.versions, "node", { value: "${version}" });`;
  const args = ["--input-type=commonjs", "-e", `${code} require(${file});`];
  return spawnSync(process.execPath, args, { encoding: "utf8" });
}

describe("the guard in front of every task", () => {
  it("stops an old Node with what is wrong and what to do", () => {
    const { status, stderr } = guard("20.20.2");
    assert.equal(status, 1);
    assert.match(stderr, /needs Node 24 or newer, and this is Node 20\.20\.2/);
    assert.match(stderr, /npm ci/);
  });

  it("lets Node 24 and newer pass without a word", () => {
    for (const version of ["24.0.0", "25.1.0"]) {
      const { status, stdout, stderr } = guard(version);
      assert.deepEqual([status, stdout, stderr], [0, "", ""]);
    }
  });
});
