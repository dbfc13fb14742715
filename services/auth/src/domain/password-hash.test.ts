import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { hashPassword, passwordMatches } from "./password-hash.ts";

describe("a password's hash", () => {
  it("is argon2id in PHC form and never the same twice", async () => {
    const [one, two] = [await hashPassword("correct horse"), await hashPassword("correct horse")];
    assert.match(one, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    assert.notEqual(one, two);
  });

  it("matches its password and no other", async () => {
    const hash = await hashPassword("correct horse");
    assert.equal(await passwordMatches("correct horse", hash), true);
    assert.equal(await passwordMatches("correct horsf", hash), false);
    assert.equal(await passwordMatches("", hash), false);
  });

  it("matches however an accent was typed", async () => {
    const hash = await hashPassword("caf\u00e9 au lait");
    assert.equal(await passwordMatches("cafe\u0301 au lait", hash), true);
  });
});
