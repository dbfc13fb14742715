import assert from "node:assert/strict";
import { it } from "node:test";
import { sharedBuffers } from "./memory-share.ts";

it("PostgreSQL is given an eighth of the machine, within bounds", () => {
  const GIB = 2 ** 30;
  const given = [GIB / 4, GIB, 2 * GIB, 64 * GIB].map((bytes) => sharedBuffers(bytes));
  assert.deepEqual(given, ["64MB", "128MB", "256MB", "512MB"]);
  assert.match(sharedBuffers(), /^[1-9]\d+MB$/);
});
