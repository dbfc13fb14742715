import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { reasonsOf } from "./error-reasons.ts";
import { checkListed } from "./listed-in-docs.ts";
import { noComplaints } from "./no-complaints.ts";
import { checkout, parseSource, readSources } from "./source.ts";

const page = "docs/errors.md";

describe(page, () => {
  it("lists every reason our code can give, and no other", () => {
    const code = readSources().filter(({ path }) => /^(packages|services|local)\//.test(path));
    const markdown = readFileSync(join(checkout, page), "utf8");
    noComplaints(checkListed(page, markdown, [...reasonsOf(code)]));
  });
});

describe("the rule of error reasons", () => {
  const found = (text: string) =>
    [...reasonsOf([parseSource("packages/a/src/a.ts", declarations + text)])].sort();
  const declarations = `
    class DomainError { constructor(kind: string, reason: string, message: string) {} }
    class Violations { add(field: string, reason: string, text: string) {} }
    const refuse = (reason: string) => new DomainError("invalid", reason, "No.");
    function fault(code: number, faultReason = "FAULT_UNKNOWN") {}
  `;

  it("finds them in errors, violations, objects and defaults", () => {
    assert.deepEqual(found(`throw new DomainError("not-found", "METER_NOT_FOUND", "None.");`), [
      "FAULT_UNKNOWN",
      "METER_NOT_FOUND",
    ]);
    assert.ok(
      found(`violations.add("units", "UNITS_NEGATIVE", "No.");`).includes("UNITS_NEGATIVE"),
    );
    assert.ok(found(`const x = { reason: "BATCH_EMPTY" };`).includes("BATCH_EMPTY"));
  });

  it("finds them where they pass through a function or a choice", () => {
    assert.ok(found(`refuse("TOO_OLD");`).includes("TOO_OLD"));
    const choice = found(`refuse(old ? "TOO_OLD" : "TOO_NEW");`);
    assert.ok(choice.includes("TOO_OLD") && choice.includes("TOO_NEW"));
  });

  it("finds them in a type of reasons, and in the table it is made of", () => {
    assert.ok(found(`type Reason = never; type WhyReason = "TOO_OLD" | "X_Y";`).includes("X_Y"));
    const table = `const REJECTIONS = { TOO_OLD: "Old.", TOO_NEW: "New." } as const;`;
    assert.ok(!found(table).includes("TOO_NEW"));
    const named = `${table} type RejectionReason = keyof typeof REJECTIONS;`;
    assert.ok(found(named).includes("TOO_NEW"));
  });

  it("takes nothing else for a reason", () => {
    assert.deepEqual(found(`set.add("A_B"); const ROW_MAX = "C_D"; refuse(why);`), [
      "FAULT_UNKNOWN",
    ]);
  });

  it("refuses a page that misses one or keeps one that is gone", () => {
    assert.deepEqual(checkListed(page, "| `OLD_ONE` | x |", ["NEW_ONE"]), [
      "docs/errors.md does not list NEW_ONE",
      "docs/errors.md lists OLD_ONE: no such",
    ]);
  });
});
