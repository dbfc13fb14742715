import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checkFileNames } from "./file-names.ts";
import { noComplaints } from "./no-complaints.ts";
import { readSources } from "./source.ts";

describe("files and folders", () => {
  it("are named after a thing", () => {
    noComplaints(checkFileNames(readSources().map(({ path }) => path)));
  });
});

describe("the rule of names", () => {
  it("refuses drawers, as a file, a folder or a part of a name", () => {
    assert.equal(checkFileNames(["packages/domain/src/utils.ts"]).length, 1);
    assert.equal(checkFileNames(["services/auth/src/helpers/hash.ts"]).length, 1);
    assert.equal(checkFileNames(["services/auth/src/key-mapper.ts"]).length, 1);
    assert.equal(checkFileNames(["services/auth/src/common.test.ts"]).length, 1);
  });

  it("refuses other cases than kebab", () => {
    assert.equal(checkFileNames(["services/auth/src/signIn.ts"]).length, 1);
    assert.equal(checkFileNames(["services/auth/src/sign_in.ts"]).length, 1);
  });

  it("takes words that only contain such a name", () => {
    assert.deepEqual(checkFileNames(["services/auth/src/storage/mapping.ts"]), []);
    assert.deepEqual(checkFileNames(["services/auth/src/storage/migrations/0001-keys.ts"]), []);
  });
});
