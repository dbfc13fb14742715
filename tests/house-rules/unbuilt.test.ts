import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { readContract, rpcsOf } from "./contract.ts";
import { noComplaints } from "./no-complaints.ts";
import { checkout, parseSource, readSources } from "./source.ts";
import { checkUnbuilt } from "./unbuilt.ts";

describe("ARCHITECTURE.md", () => {
  it("lists the RPCs that answer UNIMPLEMENTED, and no other", () => {
    const architecture = readFileSync(join(checkout, "ARCHITECTURE.md"), "utf8");
    noComplaints(checkUnbuilt(architecture, readSources(), rpcsOf(readContract())));
  });
});

describe("the rule of what is not built", () => {
  const rpcs = new Map([["tollbook.auth.v1.KeyService", ["IssueKeys", "RotateKey"]]]);
  const door = "const implementation = { issueKeys: unary(async () => answer) };";
  const complaints = (architecture: string) =>
    checkUnbuilt(architecture, [parseSource("services/auth/src/grpc/keys.ts", door)], rpcs);

  it("takes a list of just what no door implements", () => {
    assert.deepEqual(complaints("| `auth` KeyService | RotateKey |"), []);
  });

  it("refuses one that misses an RPC or has one too many", () => {
    assert.deepEqual(complaints("| `auth` KeyService | IssueKeys |"), [
      "auth KeyService IssueKeys is built, and listed in ARCHITECTURE.md, Not built yet",
      "auth KeyService RotateKey is missing in ARCHITECTURE.md, Not built yet",
    ]);
  });
});
