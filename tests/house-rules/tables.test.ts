import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { needs, testPostgres } from "@tollbook/testing";
import { acrossAccounts } from "./across-accounts.ts";
import { noComplaints } from "./no-complaints.ts";
import { readCatalogue } from "./read-catalogue.ts";
import { checkout } from "./source.ts";
import { type AcrossAccounts, type Catalogue, checkTables, type Table } from "./tables.ts";

describe("the database of every service", needs("postgres"), () => {
  for (const [service, allowed] of Object.entries(acrossAccounts)) {
    it(`keeps accounts apart: ${service}`, async () => {
      const postgres = await testPostgres();
      const database = await postgres.createServiceDatabase(service, await migrationsOf(service));
      const found = await readCatalogue(service, database.superUrl);
      await database.drop();
      noComplaints(checkTables(found, allowed));
    });
  }
});

describe("the rule of tables", () => {
  const nothing: AcrossAccounts = { noAccount: {}, worker: {}, lookup: {} };
  const table: Table = {
    name: "key",
    isPartition: false,
    keyLeads: "account_id",
    secured: true,
    owner: "auth_owner",
    grantees: ["auth_app"],
  };
  const complaints = (change: Partial<Table>, more: Partial<Catalogue> = {}, allowed = nothing) => {
    const found = {
      service: "auth",
      tables: [{ ...table, ...change }],
      crossAccount: [],
      definers: [],
    };
    return checkTables({ ...found, ...more }, allowed).join("; ");
  };

  it("takes a table whose key leads with the account, under forced policies", () => {
    assert.equal(complaints({}), "");
  });

  it("refuses a key that does not lead with the account, unless it is listed", () => {
    assert.match(complaints({ keyLeads: "id" }), /auth\.key: its primary key leads with id/);
    const listed = { ...nothing, noAccount: { key: "belongs to nobody" } };
    assert.equal(complaints({ keyLeads: "id" }, {}, listed), "");
    assert.match(complaints({}, {}, listed), /listed as of no account/);
  });

  it("refuses a table without forced row-level security", () => {
    assert.match(complaints({ secured: false }), /no FORCED row-level security/);
  });

  it("refuses grants on a partition, and a table that the app owns", () => {
    assert.match(complaints({ isPartition: true }), /past its parent's policies/);
    assert.equal(complaints({ isPartition: true, grantees: [] }), "");
    assert.match(complaints({ owner: "auth_app" }), /may own nothing/);
  });

  it("refuses a look across accounts that no list knows, and a list that is out of date", () => {
    const crossAccount = [{ table: "key", role: "auth_worker" }];
    assert.match(complaints({}, { crossAccount }), /auth_worker sees key across accounts/);
    const listed = { ...nothing, worker: { key: "relay" } };
    assert.equal(complaints({}, { crossAccount }, listed), "");
    assert.match(complaints({}, {}, listed), /and no policy does/);
  });

  it("refuses a function that runs as somebody else, or on the caller's search path", () => {
    const definers = [{ name: "find_key", owner: "postgres", fixedSearchPath: false }];
    assert.match(complaints({}, { definers }), /runs as postgres; .* no fixed search path/);
  });
});

async function migrationsOf(service: string) {
  const path = join(checkout, `services/${service}/src/storage/migrations/index.ts`);
  if (!existsSync(path)) throw new Error(`${path} is missing`);
  return (await import(pathToFileURL(path).href)).migrations;
}
