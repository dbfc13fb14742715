import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { pageToken, placeOf } from "./page-token.ts";

const isNumber = (place: unknown): place is number => typeof place === "number";

describe("a page token", () => {
  it("gives back its place in the same list", () => {
    assert.equal(placeOf(pageToken(40, ["usage", 5n]), ["usage", 5n], isNumber), 40);
  });

  it("of another list, another shape or nobody's making is invalid", () => {
    const made = pageToken(40, ["usage"]);
    const tokens = [
      [made, ["quotas"]],
      [pageToken("x", ["usage"]), ["usage"]],
      ["?", ["usage"]],
    ];
    for (const [token, list] of tokens) {
      assert.throws(() => placeOf(token as string, list, isNumber), {
        kind: "invalid",
        reason: "PAGE_TOKEN_MALFORMED",
      });
    }
  });
});
