import { idTime } from "@tollbook/domain";
import type { Tx } from "@tollbook/service";
import type { MeterStore } from "../app/meter-store.ts";
import { defaultMeter, type Meter } from "../domain/meter.ts";
import { MeterSet } from "../domain/meter-set.ts";
import { accountOf } from "./account-of.ts";
import { closeMeters, metersVersion, raiseMeters } from "./meters-fence.ts";
import { addMeter, archiveMeter, renameMeter, saveVersion } from "./write-meters.ts";

/** See MeterStore. */
export function meterStore(tx: Tx): MeterStore {
  return {
    set: (since) => readSet(tx, since),
    version: () => metersVersion(tx),
    close: () => closeMeters(tx),
    raise: () => raiseMeters(tx),
    find: (meterId) => find(tx, meterId),
    list: (options) => list(tx, options),
    namesInUse: () => namesInUse(tx),
    add: (meter) => addMeter(tx, meter),
    rename: (meterId, name) => renameMeter(tx, meterId, name),
    saveVersion: (meterId, version) => saveVersion(tx, meterId, version),
    archive: (meterId, archiveTime) => archiveMeter(tx, meterId, archiveTime),
  };
}

/** The version is read first: a change that comes while we read makes the set old. */
async function readSet(tx: Tx, since: Date): Promise<MeterSet> {
  const version = await metersVersion(tx);
  const own = await read(tx, "and (archive_time is null or archive_time > $2)", [since]);
  return new MeterSet(version, [await readDefault(tx), ...own]);
}

async function find(tx: Tx, meterId: string): Promise<Meter | undefined> {
  if (meterId === accountOf(tx)) return readDefault(tx);
  const [meter] = await read(tx, "and meter_id = $2", [meterId]);
  return meter;
}

async function list(tx: Tx, options: Parameters<MeterStore["list"]>[0]): Promise<Meter[]> {
  const { after, count, includeArchived } = options;
  const which = `and ($2::uuid is null or meter_id > $2) and ($3 or archive_time is null)
    order by meter_id limit $4`;
  // The default meter is always first, and so on the first page alone.
  const isDefault = after === accountOf(tx);
  const first = after === undefined ? [await readDefault(tx)] : [];
  const params = [isDefault ? null : (after ?? null), includeArchived, count];
  return [...first, ...(await read(tx, which, params))].slice(0, count);
}

async function namesInUse(tx: Tx): Promise<ReadonlyMap<string, string>> {
  const text = `select lower(name) as name, meter_id from meter
    where account_id = $1 and archive_time is null`;
  const rows = await tx.sql<{ name: string; meter_id: string }>(text, [accountOf(tx)]);
  return new Map(rows.map((row) => [row.name, row.meter_id]));
}

interface MeterRow {
  meter_id: string;
  name: string;
  aggregation: Meter["aggregation"];
  endpoint_patterns: string[];
  methods: string[];
  properties: Record<string, string>;
  unique_property: string;
  create_time: Date;
  archive_time: Date | null;
}

/** Meters by a condition; binds from $2 on are its own. */
async function read(tx: Tx, which: string, params: readonly unknown[]): Promise<Meter[]> {
  const text = `select meter_id, name, aggregation, endpoint_patterns, methods, properties,
      unique_property, create_time, archive_time
    from meter where account_id = $1 ${which}`;
  const rows = await tx.sql<MeterRow>(text, [accountOf(tx), ...params]);
  const versions = await readVersions(
    tx,
    rows.map(({ meter_id }) => meter_id),
  );
  return rows.map((row) => {
    const { name, aggregation, methods, properties } = row;
    return {
      ...{ meterId: row.meter_id, name, aggregation, methods, properties },
      endpointPatterns: row.endpoint_patterns,
      uniqueProperty: row.unique_property,
      createTime: row.create_time,
      archiveTime: row.archive_time ?? undefined,
      versions: versions.get(row.meter_id) ?? [],
    };
  });
}

async function readDefault(tx: Tx): Promise<Meter> {
  const accountId = accountOf(tx);
  const versions = await readVersions(tx, [accountId]);
  return defaultMeter(accountId, idTime(accountId), versions.get(accountId));
}

interface VersionRow {
  meter_id: string;
  effective_time: Date;
  status_classes: number[];
  weights: { pattern: string; weight: string }[];
}

async function readVersions(tx: Tx, meterIds: readonly string[]) {
  const byMeter = new Map<string, Meter["versions"][number][]>();
  if (meterIds.length === 0) return byMeter;
  const text = `select meter_id, effective_time, status_classes, weights from meter_version
    where account_id = $1 and meter_id = any($2::uuid[]) order by effective_time`;
  for (const row of await tx.sql<VersionRow>(text, [accountOf(tx), meterIds])) {
    const weights = row.weights.map(({ pattern, weight }) => {
      return { endpointPattern: pattern, weight: BigInt(weight) };
    });
    const { effective_time: effectiveTime, status_classes: statusClasses } = row;
    const versions = byMeter.get(row.meter_id) ?? [];
    byMeter.set(row.meter_id, [...versions, { effectiveTime, statusClasses, weights }]);
  }
  return byMeter;
}
