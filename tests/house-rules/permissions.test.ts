import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readContract, rpcsOf } from "./contract.ts";
import { noComplaints } from "./no-complaints.ts";
import { checkPermissions } from "./permissions.ts";
import { parseSource, readSources } from "./source.ts";

describe("every RPC of the contract", () => {
  it("has a row in the permission table of its door", () => {
    noComplaints(checkPermissions(readSources(), rpcsOf(readContract())));
  });
});

describe("the rule of permissions", () => {
  const rpcs = new Map([["tollbook.auth.v1.KeyService", ["IssueKeys", "RevokeKey"]]]);
  const complaints = (...texts: string[]) =>
    checkPermissions(
      texts.map((text, index) => parseSource(`services/auth/src/grpc/file-${index}.ts`, text)),
      rpcs,
    );
  const imported = `import { KeyServiceService } from "@tollbook/contracts/auth/v1";\n`;
  const door = `${imported}const door = { service: KeyServiceService, implementation, permissions: table };`;

  it("takes a table with a row for each, wherever in the service it is written", () => {
    const table = "export const table = { IssueKeys: owners, RevokeKey: owners };";
    assert.deepEqual(complaints(door, table), []);
    assert.deepEqual(complaints(`${door}\n${table.replace("export ", "")}`), []);
    const inline = door.replace(
      "permissions: table",
      "permissions: { IssueKeys: a, RevokeKey: b }",
    );
    assert.deepEqual(complaints(inline), []);
  });

  it("refuses a table that misses an RPC or has one too many", () => {
    assert.deepEqual(complaints(door, "export const table = { IssueKeys: a, Gone: b };"), [
      "services/auth/src/grpc/file-0.ts:2 tollbook.auth.v1.KeyService/RevokeKey has no permission",
      "services/auth/src/grpc/file-0.ts:2 tollbook.auth.v1.KeyService has no RPC Gone",
    ]);
  });

  it("refuses a gRPC service without a door", () => {
    assert.deepEqual(complaints("export const nothing = 1;"), [
      "tollbook.auth.v1.KeyService has no door and no permissions",
    ]);
  });

  it("does not take a table on trust that it cannot read", () => {
    assert.match(complaints(door)[0] ?? "", /no plain object nearby/);
    assert.match(complaints(door, "const table = { ...others };").join(), /no RPC a spread/);
  });
});
