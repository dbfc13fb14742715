import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import { checkDependencies, type Declared } from "./dependencies.ts";
import { noComplaints } from "./no-complaints.ts";
import { checkout, parseSource, readSources } from "./source.ts";

const workspaces = "{packages/*,services/*,sdk/*,examples/*,local,dashboard,tests}/package.json";

describe("imports of packages", () => {
  it("are declared where they are used", () => {
    const declared = ["package.json", ...globSync(workspaces, { cwd: checkout })].map(read);
    noComplaints(checkDependencies(readSources(), declared));
  });
});

describe("the rule of dependencies", () => {
  const declared: Declared[] = [
    { folder: "", name: "tollbook", dependencies: new Set(), devDependencies: new Set(["big.js"]) },
    {
      folder: "packages/testing",
      name: "@tollbook/testing",
      dependencies: new Set(["fast-check"]),
      devDependencies: new Set(),
    },
    {
      folder: "sdk/node",
      name: "@tollbook/sdk",
      dependencies: new Set(["@tollbook/gate", "@types/pg"]),
      devDependencies: new Set(["express"]),
    },
  ];
  const complaints = (path: string, text: string) =>
    checkDependencies([parseSource(path, text)], declared).length;

  it("refuses what is not declared, and what is declared for tests only", () => {
    assert.equal(complaints("sdk/node/src/a.ts", `import "express";`), 1);
    assert.equal(complaints("sdk/node/src/a.ts", `import "fast-check";`), 1);
    assert.equal(complaints("sdk/node/src/a.ts", `import "undici";`), 1);
    assert.equal(complaints("tasks/a.ts", `import "express";`), 1);
    assert.equal(complaints("sdk/node/src/a.test.ts", `import "undici";`), 1);
  });

  it("takes what is declared, by its subpath too, what Node brings, and types", () => {
    assert.equal(complaints("sdk/node/src/a.ts", `import "@tollbook/gate/leases";`), 0);
    assert.equal(complaints("sdk/node/src/a.ts", `import "node:fs"; import "./b.ts";`), 0);
    assert.equal(complaints("sdk/node/src/a.ts", `import type { Client } from "pg";`), 0);
  });

  it("lets a test use its workspace by name, and @tollbook/testing with what that brings", () => {
    const text = `import "fast-check"; import "express"; import "@tollbook/testing"; import "@tollbook/sdk";`;
    assert.equal(complaints("sdk/node/src/a.test.ts", text), 0);
    assert.equal(complaints("sdk/node/tests/world.ts", text), 0);
    assert.equal(complaints("tasks/a.ts", `import "big.js";`), 0);
  });
});

function read(path: string): Declared {
  const content = JSON.parse(readFileSync(join(checkout, path), "utf8"));
  return {
    folder: dirname(path) === "." ? "" : dirname(path),
    name: content.name,
    dependencies: new Set(Object.keys(content.dependencies ?? {})),
    devDependencies: new Set(Object.keys(content.devDependencies ?? {})),
  };
}
