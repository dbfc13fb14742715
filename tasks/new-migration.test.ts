import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { enterMigration, newMigration } from "./new-migration.ts";

const index = `import type { SqlMigration } from "@tollbook/service/storage";
import { catalogue } from "./0001-catalogue.ts";

/** The history of billing's database, oldest first. */
export const migrations: readonly SqlMigration[] = [catalogue];
`;

describe("npm run migration", () => {
  it("numbers the next migration and names its constant", () => {
    const made = newMigration("credit-notes", ["0001-catalogue.ts", "0012-x.ts", "index.ts"]);
    assert.equal(made.file, "0013-credit-notes.ts");
    assert.match(
      made.text,
      /export const creditNotes = sqlMigration\("0013-credit-notes", \[\]\);/,
    );
  });

  it("enters it at the end of the list", () => {
    const entered = enterMigration(index, newMigration("credit-notes", ["0001-catalogue.ts"]));
    assert.match(entered, /catalogue\.ts";\nimport \{ creditNotes \} from "\.\/0002-credit-notes/);
    assert.match(entered, /= \[catalogue, creditNotes\];/);
  });

  it("refuses a name that is none, and a list it cannot read", () => {
    assert.throws(() => newMigration("Credit Notes", []), /kebab-case/);
    assert.throws(() => enterMigration("", newMigration("a", [])), /no list of migrations/);
  });
});
