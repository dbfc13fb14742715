import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { idTime, newId } from "./id.ts";
import { AGE_MAX_MS, AHEAD_MAX_MS, checkIdAge, idAges } from "./id-age.ts";

const id = newId();
const reasonAfter = (ms: number) => checkIdAge(id, new Date(idTime(id).getTime() + ms))?.reason;

describe("checkIdAge", () => {
  it("takes an id from 35 days back to 5 minutes ahead", () => {
    assert.equal(checkIdAge(newId()), undefined);
    assert.equal(reasonAfter(35 * 86_400_000), undefined);
    assert.equal(reasonAfter(-300_000), undefined);
  });

  it("refuses an older one, because what was seen is then forgotten", () =>
    assert.equal(reasonAfter(AGE_MAX_MS + 1), "ID_TOO_OLD"));

  it("refuses one further ahead", () =>
    assert.equal(reasonAfter(-AHEAD_MAX_MS - 1), "ID_TOO_FAR_AHEAD"));

  it("says the same of many ids at one moment", () => {
    const now = idTime(id).getTime();
    for (const edge of [AGE_MAX_MS, -AHEAD_MAX_MS, 0, now]) {
      for (const ms of [edge - 1, edge, edge + 1]) {
        const wall = new Date(now + ms);
        assert.equal(idAges(wall)(id), checkIdAge(id, wall), String(ms));
      }
    }
  });

  it("says why in a sentence", () =>
    assert.match(checkIdAge(id, new Date(0))?.description ?? "", /5 minutes/));
});
