import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { newId } from "@tollbook/domain";
import fc from "fast-check";
import {
  bigintArray,
  integerArray,
  smallintArray,
  timeArray,
  uuidArray,
} from "../src/storage/array-bytes.ts";
import { testMetering } from "./test-metering.ts";

const metering = await testMetering();

/** What PostgreSQL reads, each value as text. */
async function readBack(type: string, bytes: Buffer): Promise<(string | null)[]> {
  const text = `select array(select v::text from unnest($1::${type}[]) with ordinality as t (v, n)
    order by n) as read`;
  const [row] = await metering.look<{ read: (string | null)[] }>(text, [bytes]);
  return row?.read ?? [];
}

const same = <T>(value: T) => value;
const lists = <T>(values: fc.Arbitrary<T>) => fc.array(values, { maxLength: 20 });
const orNone = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined });

/** Checks that what goes in comes back. */
function comesBack<T>(values: fc.Arbitrary<T>, check: (list: T[]) => Promise<void>) {
  return fc.assert(fc.asyncProperty(lists(values), check), { numRuns: 50 });
}

describe("an array in PostgreSQL's own form", () => {
  it("holds whole numbers of 64 bits, and none", () =>
    comesBack(orNone(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })), async (list) => {
      const texts = list.map((value) => value?.toString() ?? null);
      assert.deepEqual(await readBack("bigint", bigintArray(list, same)), texts);
    }));

  it("holds them as numbers, too", () =>
    comesBack(orNone(fc.maxSafeInteger()), async (list) => {
      const texts = list.map((value) => value?.toFixed(0).replace(/^-0$/, "0") ?? null);
      assert.deepEqual(await readBack("bigint", bigintArray(list, same)), texts);
    }));

  it("holds small numbers", () =>
    comesBack(fc.integer({ min: -32_768, max: 32_767 }), async (list) => {
      const texts = list.map(String);
      assert.deepEqual(await readBack("integer", integerArray(list, same)), texts);
      assert.deepEqual(await readBack("smallint", smallintArray(list, same)), texts);
    }));

  it("holds ids, and none", () =>
    comesBack(orNone(fc.uuid()), async (list) => {
      const all = [...list, newId()];
      const texts = all.map((value) => value ?? null);
      assert.deepEqual(await readBack("uuid", uuidArray(all, same)), texts);
    }));

  it("holds times to the millisecond", () =>
    comesBack(
      fc.date({ min: new Date(0), max: new Date(8e12), noInvalidDate: true }),
      async (list) => {
        const texts = await readBack(
          "timestamptz",
          timeArray(list, (time) => time.getTime()),
        );
        assert.deepEqual(
          texts.map((text) => new Date(text ?? "").getTime()),
          list.map(Number),
        );
      },
    ));
});
