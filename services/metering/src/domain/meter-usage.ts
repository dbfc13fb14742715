import { createHash } from "node:crypto";
import { type MeterRule, propertyOf } from "./meter-rule.ts";
import type { MeterSet } from "./meter-set.ts";
import type { UsageFold } from "./usage-fold.ts";
import type { UsageItem } from "./usage-item.ts";

/** Where a meter that looks at each call keeps what it counted: beside the rollup of the call. */
export interface MeterPlace {
  readonly bucketStart: Date;
  readonly cellId: number;
  readonly sealNumber: number;
  readonly meterId: string;
}

/** Units to be added to what is there, or compared with it. */
export interface MeterUnits extends MeterPlace {
  units: bigint;
}

/** A value that is kept once; 128 bits of SHA-256 as a UUID, because PostgreSQL keeps those well. */
export interface MeterValue extends MeterPlace {
  readonly valueHash: string;
}

/** What items are to meters that look at each call. All of it is sorted, as rollups are. */
export interface MeterUsage {
  readonly sums: readonly MeterUnits[];
  readonly greatest: readonly MeterUnits[];
  readonly values: readonly MeterValue[];
}

const NOTHING: MeterUsage = { sums: [], greatest: [], values: [] };

/** Evaluates the meters that rollups cannot answer; accounts without such pay nothing. */
export function foldMeterUsage(
  folds: readonly UsageFold[],
  { eventRules }: MeterSet,
  cellIdOf: (fold: UsageFold) => number,
): MeterUsage {
  if (eventRules.length === 0) return NOTHING;
  const rows: Rows = { sums: new Map(), greatest: new Map(), values: new Map() };
  for (const fold of folds) {
    if (fold.refused) continue;
    const { dimensions, bucketStart } = fold;
    const calls = { ...dimensions, bucketStart };
    for (const rule of eventRules) if (rule.takes(calls)) add(rows, rule, fold, cellIdOf(fold));
  }
  const { sums, greatest, values } = rows;
  return { sums: sorted(sums), greatest: sorted(greatest), values: sorted(values) };
}

interface Rows {
  readonly sums: Map<string, MeterUnits>;
  readonly greatest: Map<string, MeterUnits>;
  readonly values: Map<string, MeterValue>;
}

function add(rows: Rows, rule: MeterRule, fold: UsageFold, cellId: number): void {
  const { bucketStart, period, items } = fold;
  const { meterId, aggregation, uniqueProperty } = rule.meter;
  const place = { bucketStart, cellId, sealNumber: (period?.sealNumber ?? 0) + 1, meterId };
  if (aggregation === "count" || aggregation === "sum") {
    const units = rule.unitsOf(fold);
    if (units !== 0n) unitsAt(rows.sums, place).units += units;
    return;
  }
  for (const item of items) {
    // What is taken back leaves these as they are: who else had the value is not known.
    if (item.count < 0n || !rule.takesProperties(item)) continue;
    if (aggregation === "unique") keepValue(rows.values, place, item, uniqueProperty);
    else {
      const row = unitsAt(rows.greatest, place);
      if (item.units > row.units) row.units = item.units;
    }
  }
}

function unitsAt(rows: Map<string, MeterUnits>, place: MeterPlace): MeterUnits {
  const name = nameOf(place);
  const row = rows.get(name) ?? { ...place, units: 0n };
  rows.set(name, row);
  return row;
}

/** A call without the property has no value. */
function keepValue(
  values: Map<string, MeterValue>,
  place: MeterPlace,
  { properties }: UsageItem,
  property: string,
): void {
  const value = propertyOf(properties, property);
  if (value === undefined) return;
  const valueHash = hashOf(value);
  values.set(`${nameOf(place)} ${valueHash}`, { ...place, valueHash });
}

function hashOf(value: string): string {
  const hex = createHash("sha256").update(value).digest("hex");
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20)];
  return [...parts, hex.slice(20, 32)].join("-");
}

function nameOf({ bucketStart, cellId, sealNumber, meterId }: MeterPlace): string {
  return `${bucketStart.getTime()} ${cellId} ${sealNumber} ${meterId}`;
}

function sorted<Row extends MeterPlace>(rows: ReadonlyMap<string, Row>): Row[] {
  return [...rows.values()].sort(inLockOrder);
}

function inLockOrder(one: MeterPlace, other: MeterPlace): number {
  return (
    one.bucketStart.getTime() - other.bucketStart.getTime() ||
    one.cellId - other.cellId ||
    one.sealNumber - other.sealNumber ||
    (one.meterId < other.meterId ? -1 : 1)
  );
}
