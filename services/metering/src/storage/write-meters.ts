import type { Tx } from "@tollbook/service";
import type { Meter, MeterVersion } from "../domain/meter.ts";
import { accountOf } from "./account-of.ts";

/** See MeterStore.add. */
export async function addMeter(tx: Tx, meter: Meter): Promise<void> {
  const text = `insert into meter (account_id, meter_id, name, aggregation, endpoint_patterns,
      methods, properties, unique_property, create_time, archive_time)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`;
  const { meterId, name, aggregation, endpointPatterns, methods, properties } = meter;
  const { uniqueProperty, createTime, archiveTime } = meter;
  const filter = [endpointPatterns, methods, JSON.stringify(properties), uniqueProperty];
  const terms = [meterId, name, aggregation, ...filter];
  await tx.sql(text, [accountOf(tx), ...terms, createTime, archiveTime ?? null]);
  for (const version of meter.versions) await saveVersion(tx, meterId, version);
}

/** See MeterStore.rename. */
export async function renameMeter(tx: Tx, meterId: string, name: string): Promise<void> {
  const text = "update meter set name = $3 where account_id = $1 and meter_id = $2";
  await tx.sql(text, [accountOf(tx), meterId, name]);
}

/** See MeterStore.saveVersion. */
export async function saveVersion(tx: Tx, meterId: string, version: MeterVersion): Promise<void> {
  const text = `insert into meter_version (account_id, meter_id, effective_time, status_classes,
      weights) values ($1, $2, $3, $4, $5)
    on conflict (account_id, meter_id, effective_time)
      do update set status_classes = excluded.status_classes, weights = excluded.weights`;
  const { effectiveTime, statusClasses } = version;
  const weights = version.weights.map(({ endpointPattern, weight }) => {
    return { pattern: endpointPattern, weight: String(weight) };
  });
  const values = [effectiveTime, statusClasses, JSON.stringify(weights)];
  await tx.sql(text, [accountOf(tx), meterId, ...values]);
}

/** See MeterStore.archive. */
export async function archiveMeter(tx: Tx, meterId: string, archiveTime: Date): Promise<void> {
  const text = "update meter set archive_time = $3 where account_id = $1 and meter_id = $2";
  await tx.sql(text, [accountOf(tx), meterId, archiveTime]);
}
