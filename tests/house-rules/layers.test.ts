import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checkLayers } from "./layers.ts";
import { noComplaints } from "./no-complaints.ts";
import { parseSource, readSources } from "./source.ts";

const complaints = (path: string, text: string) => checkLayers([parseSource(path, text)]);
const refused = (path: string, text: string, why: RegExp) => {
  const [first = "nothing", ...more] = complaints(path, text);
  assert.match(first, why);
  assert.ok(first.startsWith(path));
  assert.deepEqual(more, []);
};
const passes = (path: string, text: string) => assert.deepEqual(complaints(path, text), []);

describe("imports", () => {
  it("point one way", () => noComplaints(checkLayers(readSources())));
});

describe("the rule of imports", () => {
  it("refuses a service that imports another, by name, by path, and as types", () => {
    const app = "services/billing/src/app/seal.ts";
    refused(app, `import { x } from "@tollbook/metering";`, /never imports another service/);
    refused(app, `import type { X } from "@tollbook/metering";`, /never imports another service/);
    refused(app, `import { x } from "../../../metering/src/index.ts";`, /stays in its workspace/);
    refused(app, `export * from "@tollbook/metering";`, /never imports another service/);
    refused(app, `const { x } = await import("@tollbook/metering");`, /another service/);
  });

  it("refuses domain code that imports storage, a library or the world", () => {
    const rule = "services/auth/src/domain/key.ts";
    refused(rule, `import { x } from "../storage/keys.ts";`, /domain\/ may import domain/);
    refused(rule, `import { x } from "pg";`, /only itself and @tollbook\/domain/);
    refused(rule, `import { readFileSync } from "node:fs";`, /only itself/);
    refused(rule, `import { Tx } from "@tollbook/service";`, /only itself/);
  });

  it("lets domain code import itself, @tollbook/domain and pure computing", () => {
    const rule = "services/auth/src/domain/key.ts";
    passes(rule, `import { x } from "./pepper.ts"; import { money } from "@tollbook/domain";`);
    passes(rule, `import { createHash } from "node:crypto";`);
    passes(rule, `import xxhash from "xxhash-wasm";`);
  });

  it("keeps app from doors and databases, and storage from all of app but its needs", () => {
    const app = "services/auth/src/app/sign-in.ts";
    refused(
      app,
      `import { x } from "../grpc/convert.ts";`,
      /app\/ may import app, events\/outgoing.ts, domain/,
    );
    refused(app, `import { Client } from "@grpc/grpc-js";`, /reached through app\/needs/);
    const storage = "services/auth/src/storage/keys.ts";
    refused(storage, `import { signIn } from "../app/sign-in.ts";`, /storage\/ may import/);
    passes(storage, `import { type Keys, keyCount } from "../app/needs.ts";`);
    passes(storage, `import type { Keys } from "../app/key-store.ts";`);
  });

  it("lets main.ts and assemble.ts see the whole service", () => {
    const all = `import "./app/index.ts"; import "./grpc/doors.ts"; import "./storage/keys.ts";`;
    passes("services/auth/src/main.ts", all);
    passes("services/auth/src/assemble.ts", all);
  });

  it("lets only tests use @tollbook/testing", () => {
    const from = `import { testPostgres } from "@tollbook/testing";`;
    passes("services/auth/tests/keys.test.ts", from);
    refused("services/auth/src/storage/keys.ts", from, /nor what is not for services/);
  });

  it("keeps shared packages from what stands on them", () => {
    refused("packages/domain/src/a.ts", `import "@tollbook/service";`, /none of ours only/);
    refused("packages/gate/src/a.ts", `import "@tollbook/service";`, /domain, contracts only/);
    refused("sdk/node/src/a.ts", `import "@tollbook/auth";`, /domain, contracts, gate only/);
  });
});
