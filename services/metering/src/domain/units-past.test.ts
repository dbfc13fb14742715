import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { addPast, addUncovered, type UnitsPast } from "./units-past.ts";
import type { UsageFold } from "./usage-fold.ts";
import type { Hold, UsageItem } from "./usage-item.ts";

const heldUnits = (units: bigint, counterId = "counter") => ({ counterId, units });
const holds: readonly (Hold | undefined)[] = [
  undefined,
  { gateId: "gate", units: [heldUnits(1n)] },
  { gateId: "gate", units: [heldUnits(2n), heldUnits(1n), heldUnits(9n, "another")] },
  { gateId: "gate", units: [heldUnits(9n, "another")] },
];

const items = fc.array(
  fc.record({
    hold: fc.constantFrom(...holds),
    units: fc.bigInt(0n, 4n),
    failedOpen: fc.constantFrom(undefined, false, true),
  }),
) as fc.Arbitrary<UsageItem[]>;

function heldBy({ hold }: UsageItem): bigint {
  const own = (hold?.units ?? []).filter(({ counterId }) => counterId === "counter");
  return own.reduce((sum, { units }) => sum + units, 0n);
}

describe("units past a limit", () => {
  it("are those of each item beyond what it held itself, whatever came before it", () => {
    const rule = { unitsOfItem: (_: UsageFold, { units }: UsageItem) => units };
    fc.assert(
      fc.property(items, (all) => {
        const [past, expected]: [UnitsPast, UnitsPast] = [new Map(), new Map()];
        const [covered, sums] = [
          { used: 0n, held: 0n },
          { used: 0n, held: 0n },
        ];
        const fold = { items: all } as unknown as UsageFold;
        addUncovered(past, covered, { fold, rule, counterId: "counter" });
        for (const item of all) {
          const held = heldBy(item);
          sums.held += held;
          sums.used += item.units < held ? item.units : held;
          const way = held > 0n ? "declared-later" : item.failedOpen ? "failed-open" : "no-lease";
          addPast(expected, way, item.units - held);
        }
        assert.deepEqual([past, covered], [expected, sums]);
      }),
    );
  });
});
