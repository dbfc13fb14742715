import assert from "node:assert/strict";
import { type NaiveCalls, naiveMeters, naiveUnits } from "./naive-meter.ts";
import type { TestAccount } from "./test-account.ts";

interface Row extends Omit<NaiveCalls, "calls" | "units"> {
  readonly test: boolean;
  readonly subscriptionId: string | null;
  readonly keyId: string | null;
  readonly calls: string;
  readonly units: string;
}

interface CounterRow {
  readonly counterId: string;
  readonly meterId: string;
  readonly subjectId: string;
  readonly start: Date;
  readonly end: Date;
  readonly test: boolean;
  readonly consumed: string;
}

/** Proves that counters are the rollups of their windows through their meters. */
export async function reconcileCounters(account: TestAccount): Promise<void> {
  const { metering, accountId } = account;
  const counters = await metering.look<CounterRow>(COUNTERS, [accountId]);
  if (counters.length === 0) return;
  const meters = await naiveMeters(account);
  const rollups = await metering.look<Row>(ROLLUPS, [accountId]);
  const metered = await metering.look<Row & { meterId: string }>(METERED, [accountId]);
  for (const { counterId, meterId, subjectId, start, end, test, consumed } of counters) {
    const isIn = (row: Row) => {
      const own = row.subscriptionId === subjectId || row.keyId === subjectId;
      return own && row.test === test && row.bucketStart >= start && row.bucketStart < end;
    };
    const meter = meters.find((one) => one.meterId === meterId);
    assert.ok(meter, `counter ${counterId} stands on a meter`);
    const looks = Object.keys(meter.properties).length > 0;
    const units = looks
      ? metered
          .filter((row) => row.meterId === meterId && isIn(row))
          .map((row) => BigInt(row.units))
      : rollups.filter(isIn).map((row) => naiveUnits(meter, asCalls(row)));
    const expected = units.reduce((sum, each) => sum + each, 0n);
    assert.equal(BigInt(consumed), expected, `counter ${counterId} = its rollups`);
  }
}

function asCalls(row: Row): NaiveCalls {
  return { ...row, calls: BigInt(row.calls), units: BigInt(row.units) };
}

const COUNTERS = `
  select counter_id as "counterId", meter_id as "meterId", subject_id as "subjectId",
    window_start as start, window_end as end, test, consumed
  from counter where account_id = $1 and window_name <> 'minute'`;

const DIMENSIONS = `u.endpoint, u.method, u.status_class as "statusClass", u.test,
  u.subscription_id as "subscriptionId", u.key_id as "keyId", r.bucket_start as "bucketStart"`;

const ROLLUPS = `
  select ${DIMENSIONS}, r.calls, r.units
  from rollup r join usage_cell u using (account_id, cell_id) where r.account_id = $1`;

const METERED = `
  select ${DIMENSIONS}, r.meter_id as "meterId", r.units, 0 as calls
  from meter_rollup r join usage_cell u using (account_id, cell_id) where r.account_id = $1`;
