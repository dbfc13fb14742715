import assert from "node:assert/strict";
import { it } from "node:test";
import { nameOf, prepared, preparedIfFew } from "./prepared.ts";

it("statements made of parts fill neither the server nor the place of the others", () => {
  const made = Array.from({ length: 1_000 }, (_, nth) => preparedIfFew(`select ${nth}`));
  assert.equal(made.filter((text) => nameOf(text) !== undefined).length, 100);
  assert.equal(preparedIfFew("select 7"), "select 7");
  const name = nameOf(prepared("select from_the_code()"));
  assert.notEqual(name, undefined);
  assert.equal(made.map(nameOf).includes(name), false);
});
