import type { Tx } from "@tollbook/service";
import type { MeterPlace, MeterUnits, MeterUsage, MeterValue } from "../domain/meter-usage.ts";
import { accountOf } from "./account-of.ts";
import { arrayOf, timeText } from "./array-literal.ts";

/** Distinct values of one row; further ones are not told apart. */
export const VALUES_MAX = 100_000;

/** See UsageStore.addMeterUsage. Rows must be in lock order. */
export async function addMeterUsage(tx: Tx, usage: MeterUsage): Promise<void> {
  const { sums, greatest, values } = usage;
  await addUnits(tx, sums, "m.units + excluded.units");
  await addUnits(tx, greatest, "greatest(m.units, excluded.units)");
  await addValues(tx, values);
}

const KEY = "account_id, bucket_start, cell_id, seal_number, meter_id";

async function addUnits(tx: Tx, rows: readonly MeterUnits[], units: string): Promise<void> {
  if (rows.length === 0) return;
  const text = `insert into meter_rollup as m (${KEY}, units)
    select $1::uuid, * from
      unnest($2::timestamptz[], $3::integer[], $4::integer[], $5::uuid[], $6::bigint[])
    on conflict (${KEY}) do update set units = ${units}`;
  await tx.sql(text, [accountOf(tx), ...placesOf(rows), arrayOf(rows, (row) => row.units)]);
}

interface AddedRow {
  bucket_start: Date;
  cell_id: number;
  seal_number: number;
  meter_id: string;
  added: string;
}

/** Values that are new are kept while there is room, and counted in their row. */
async function addValues(tx: Tx, values: readonly MeterValue[]): Promise<void> {
  if (values.length === 0) return;
  const text = `with sent as materialized (
      select * from unnest($2::timestamptz[], $3::integer[], $4::integer[], $5::uuid[], $6::uuid[])
        as t (bucket_start, cell_id, seal_number, meter_id, value_hash)
    ), room as (
      select r.*, ${VALUES_MAX} - coalesce(m.units, 0) as n
      from (select distinct bucket_start, cell_id, seal_number, meter_id from sent) as r
      left join meter_rollup m on m.account_id = $1 and m.bucket_start = r.bucket_start
        and m.cell_id = r.cell_id and m.seal_number = r.seal_number and m.meter_id = r.meter_id
    ), fresh as (
      select s.*, row_number() over (
        partition by bucket_start, cell_id, seal_number, meter_id order by value_hash) as place
      from sent s where not exists (select from meter_value v where v.account_id = $1
        and v.meter_id = s.meter_id and v.bucket_start = s.bucket_start and v.cell_id = s.cell_id
        and v.seal_number = s.seal_number and v.value_hash = s.value_hash)
    ), added as (
      insert into meter_value (${KEY}, value_hash)
      select $1, f.bucket_start, f.cell_id, f.seal_number, f.meter_id, f.value_hash
      from fresh f join room using (bucket_start, cell_id, seal_number, meter_id)
      where f.place <= room.n
      returning bucket_start, cell_id, seal_number, meter_id
    )
    select bucket_start, cell_id, seal_number, meter_id, count(*) as added
    from added group by 1, 2, 3, 4 order by 1, 2, 3, 4`;
  const hashes = arrayOf(values, ({ valueHash }) => valueHash);
  const rows = await tx.sql<AddedRow>(text, [accountOf(tx), ...placesOf(values), hashes]);
  await addUnits(tx, rows.map(toUnits), "m.units + excluded.units");
}

function toUnits(row: AddedRow): MeterUnits {
  const { bucket_start: bucketStart, cell_id: cellId, seal_number: sealNumber } = row;
  return { bucketStart, cellId, sealNumber, meterId: row.meter_id, units: BigInt(row.added) };
}

/** The binds $2 to $5: the places of rows. */
function placesOf(rows: readonly MeterPlace[]): string[] {
  return [
    arrayOf(rows, ({ bucketStart }) => timeText(bucketStart)),
    arrayOf(rows, ({ cellId }) => cellId),
    arrayOf(rows, ({ sealNumber }) => sealNumber),
    arrayOf(rows, ({ meterId }) => meterId),
  ];
}
