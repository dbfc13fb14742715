import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type FoldedDay, partsToProve } from "./proved-day.ts";

/** A day of November that was proved at an hour, and is what it was then. */
function day(date: number, words: Partial<FoldedDay> = {}): FoldedDay {
  const start = new Date(Date.UTC(2026, 10, date));
  return {
    ...{ start, end: new Date(start.getTime() + 86_400_000), calls: 3n, rows: 100 },
    ...{ figures: "3 0 0 3 9", cellFigures: undefined, provedFigures: "3 0 0 3 9" },
    ...{ provedTime: new Date(Date.UTC(2026, 10, 20, date % 10)), ...words },
  };
}

const datesOf = (parts: readonly (readonly FoldedDay[])[]) => {
  return parts.map((part) => part.map(({ start }) => start.getUTCDate()));
};

describe("days to prove", () => {
  it("are first those that are not what was proved of them, and new ones", () => {
    const [late, fresh] = [{ figures: "4 0 0 4 9" }, { provedFigures: undefined }];
    const { changed, again } = partsToProve([day(1), day(2, late), day(3, fresh)]);
    assert.deepEqual(datesOf(changed), [[2, 3]]);
    assert.deepEqual(datesOf(again), [[1]]);
  });

  it("are those whose cells have changed without their customers", () => {
    const same = { cellFigures: "3 0 0 3 9" };
    const { changed } = partsToProve([day(1, same), day(2, { cellFigures: "2 0 0 2 6" })]);
    assert.deepEqual(datesOf(changed), [[2]]);
  });

  it("are then those that were proved longest ago", () => {
    const { again } = partsToProve([day(5), day(3), day(4), day(12)]);
    assert.deepEqual(datesOf(again), [[12, 3, 4, 5]]);
  });

  it("are proved together until they have too many rows for a statement", () => {
    const { again } = partsToProve([day(1, { rows: 15_000 }), day(2, { rows: 5_000 }), day(3)]);
    assert.deepEqual(datesOf(again), [[1, 2], [3]]);
    assert.deepEqual(datesOf(partsToProve([day(1, { rows: 10 ** 6 }), day(2)]).again), [[1], [2]]);
  });
});
