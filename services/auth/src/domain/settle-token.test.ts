import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { tokenSeal } from "./settle-token.ts";

const seal = tokenSeal(Buffer.alloc(32, 7));
const account = "01a1b2c3-0000-7000-8000-000000000001";
const refused = { reason: "SETTLE_TOKEN_MALFORMED" };

describe("a settle token", () => {
  it("opens in any process that has the pepper", () => {
    const token = seal.seal({ eventId: "e", units: 3 }, account);
    const opened = tokenSeal(Buffer.alloc(32, 7)).open(token, account);
    assert.deepEqual(opened, { eventId: "e", units: 3 });
  });

  it("does not open for another account, bent, cut, or made up", () => {
    const token = seal.seal({ eventId: "e" }, account);
    const bent = `${token.slice(0, 20)}${token[20] === "A" ? "B" : "A"}${token.slice(21)}`;
    const other = account.replace(/1$/, "2");
    assert.throws(() => seal.open(token, other), refused);
    assert.throws(() => seal.open(bent, account), refused);
    for (const made of [token.slice(0, -4), "", "x", "e30"]) {
      assert.throws(() => seal.open(made, account), refused);
    }
  });

  it("does not open under another pepper", () => {
    const token = tokenSeal(Buffer.alloc(32, 8)).seal({}, account);
    assert.throws(() => seal.open(token, account), refused);
  });
});
