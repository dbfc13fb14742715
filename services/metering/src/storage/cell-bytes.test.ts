import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { CellRecord } from "../domain/cell-record.ts";
import { decodeCells, encodeCells } from "./cell-bytes.ts";

const figure = (most: bigint) => fc.bigInt({ min: 0n, max: most });

const record: fc.Arbitrary<CellRecord> = fc.record(
  {
    index: fc.nat({ max: 9_999 }),
    identity: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    count: figure(10n ** 9n),
    units: figure(10n ** 12n),
    requestBytes: figure(10n ** 15n),
    responseBytes: figure(10n ** 15n),
    latency: fc.array(fc.tuple(fc.nat({ max: 37 }), fc.nat({ max: 1_000_000_000 })), {
      maxLength: 38,
    }),
  },
  { noNullPrototype: true },
);

describe("cells kept with their batch", () => {
  it("are read as they were written", () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 20 }), (records) => {
        assert.deepEqual(decodeCells(encodeCells(records)), records);
      }),
    );
  });

  it("take about 25 bytes each", () => {
    const cell: CellRecord = {
      ...{ index: 150, identity: 2n ** 62n, count: 42n, units: 42n },
      ...{
        requestBytes: 4_200n,
        responseBytes: 90_000n,
        latency: [
          [3, 30],
          [4, 10],
          [9, 2],
        ],
      },
    };
    assert.ok(encodeCells([cell]).length <= 25, String(encodeCells([cell]).length));
  });
});
