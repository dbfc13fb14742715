import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { nodeOptions } from "./node-options.ts";

describe("the options that services run with", () => {
  it("are those of npm start, where all of them share a process", () => {
    const manifest = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
    const { start } = JSON.parse(manifest).scripts;
    assert.equal(start, `exec node ${nodeOptions.join(" ")} local/src/main.ts`);
  });
});
