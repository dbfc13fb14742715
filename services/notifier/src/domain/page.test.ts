import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DomainError, newId } from "@tollbook/domain";
import { parsePage, toPage } from "./page.ts";

const list = ["ListDeliveries", ""];
const reason = (expected: string) => (error: unknown) =>
  error instanceof DomainError && error.violations?.[0]?.reason === expected;

describe("a page", () => {
  it("holds a hundred unless told otherwise", () => assert.equal(parsePage(0, "", list).size, 100));

  it("never holds more than a thousand", () => {
    assert.equal(parsePage(5_000, "", list).size, 1_000);
  });

  it("goes on after the last row of the one before", () => {
    const ids = [newId(), newId(), newId()];
    const first = toPage(ids, parsePage(2, "", list), (id) => id);
    assert.deepEqual(first.items, ids.slice(0, 2));
    assert.equal(parsePage(2, first.nextPageToken, list).beforeId, ids[1]);
  });

  it("that is the last has no token", () => {
    assert.equal(toPage([newId()], parsePage(1, "", list), (id) => id).nextPageToken, "");
  });

  it("does not go on with the token of other arguments, or with no token at all", () => {
    const { nextPageToken } = toPage([newId(), newId()], parsePage(1, "", list), (id) => id);
    for (const [token, arguments_] of [
      [nextPageToken, ["ListDeliveries", newId()]],
      ["nonsense", list],
    ] as const) {
      assert.throws(() => parsePage(1, token, arguments_), reason("PAGE_TOKEN_MALFORMED"));
    }
  });
});
