import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { newId } from "@tollbook/domain";
import { parsePage, toPage } from "./page.ts";

const ids = Array.from({ length: 3 }, newId).reverse();
const idOf = (id: string) => id;

describe("a page", () => {
  it("goes on after its last row, and says when it was the last page", () => {
    const first = parsePage(2, "", ["ListThings"]);
    const { items, nextPageToken } = toPage(ids, first, idOf);
    assert.deepEqual(items, ids.slice(0, 2));
    assert.equal(parsePage(2, nextPageToken, ["ListThings"]).beforeId, ids[1]);
    assert.equal(toPage(ids.slice(2), first, idOf).nextPageToken, "");
  });

  it("holds 100 rows unless asked, and never more than 1,000", () => {
    assert.equal(parsePage(0, "", []).size, 100);
    assert.equal(parsePage(5_000, "", []).size, 1_000);
  });

  it("refuses a token of another list, of other arguments, or made up", () => {
    const { nextPageToken } = toPage(ids, parsePage(1, "", ["A", "x"]), idOf);
    const refused = { reason: "PAGE_TOKEN_MALFORMED" };
    assert.throws(() => parsePage(1, nextPageToken, ["A", "y"]), refused);
    assert.throws(() => parsePage(1, nextPageToken, ["B", "x"]), refused);
    assert.throws(() => parsePage(1, "made up", ["A", "x"]), refused);
  });
});
