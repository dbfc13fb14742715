import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { noComplaints } from "./no-complaints.ts";
import { checkServiceReadme, headings } from "./service-readmes.ts";
import { checkout } from "./source.ts";

describe("the README of every service", () => {
  it("answers the same questions in the same order, on one page", () => {
    const services = globSync("services/*/package.json", { cwd: checkout }).sort();
    const readmes = services.map((path) => path.replace("package.json", "README.md"));
    noComplaints(readmes.flatMap((path) => checkServiceReadme(path, read(path))));
  });
});

describe("the rule of READMEs", () => {
  const whole = headings.map((heading) => `## ${heading}\n\nText.\n`).join("\n");

  it("takes one with all headings", () => {
    assert.deepEqual(checkServiceReadme("a", `# Auth\n\n${whole}\n## More\n\nText.\n`), []);
  });

  it("refuses a missing page, a missing heading, another order, an empty part, a long page", () => {
    assert.deepEqual(checkServiceReadme("a", undefined), ["a is missing"]);
    assert.deepEqual(checkServiceReadme("a", whole.replace("## Words", "## Nouns")), [
      'a has no "## Words"',
    ]);
    const swapped = whole.replace("## Owns", "## X").replace("## RPCs", "## Owns");
    assert.match(checkServiceReadme("a", swapped.replace("## X", "## RPCs"))[0] ?? "", /order/);
    assert.deepEqual(
      checkServiceReadme("a", whole.replace("## Events\n\nText.\n", "## Events\n")),
      ['a says nothing under "## Events"'],
    );
    assert.match(checkServiceReadme("a", whole + "\n".repeat(120))[0] ?? "", /one page is 120/);
  });
});

function read(path: string): string | undefined {
  const file = join(checkout, path);
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}
