import { type Interval, interval } from "@tollbook/domain";
import type { Tx } from "@tollbook/service";
import type { MeterQueryStore, MeterQuestion, MeterRow } from "../app/meter-query-store.ts";
import type { UsageDimension, UsageFilter } from "../app/usage-query-store.ts";
import { type Meter, needsEvents } from "../domain/meter.ts";
import { piecesOf } from "../domain/usage-pieces.ts";
import { accountOf } from "./account-of.ts";
import { arrayOf } from "./array-literal.ts";
import { Binds } from "./binds.ts";
import { cellFilter } from "./cell-filter.ts";
import { within } from "./usage-sources.ts";

/** See MeterQueryStore. */
export function meterQueryStore(tx: Tx): MeterQueryStore {
  return {
    placesOf: (filter) => placesOf(tx, filter),
    rows: (question) => rows(tx, question),
    total: (question) => total(tx, question),
  };
}

/** Usage without a key is a group of its own; a value joins faster than null. */
const NO_KEY = "00000000-0000-0000-0000-000000000000";

const COLUMN: Readonly<Record<UsageDimension, string>> = {
  customer: "c.customer_id",
  key: `coalesce(c.key_id, '${NO_KEY}')`,
  endpoint: "c.endpoint",
  method: "c.method",
  "status-class": "c.status_class",
};

async function placesOf(tx: Tx, filter: UsageFilter) {
  const binds = new Binds();
  const text = `select distinct endpoint, method, status_class from usage_cell c
    where c.account_id = ${binds.add(accountOf(tx))} and ${cellFilter(filter, binds)}`;
  interface Row {
    endpoint: string;
    method: string;
    status_class: number;
  }
  const found = await tx.sql<Row>(text, binds.values);
  return found.map(({ endpoint, method, status_class }) => {
    return { endpoint, method, statusClass: status_class };
  });
}

async function total(tx: Tx, question: MeterQuestion): Promise<bigint> {
  const binds = new Binds();
  const text = `with part as (${partsText(tx, { ...question, groupBy: [] }, binds)})
    select ${aggregateOf(question.meter)} as value from part`;
  const [row] = await tx.sql<{ value: string }>(text, binds.values);
  return BigInt(row?.value ?? 0);
}

type Row = Record<string, unknown>;

/** The biggest groups are those of the whole range; all others are one group, called other. */
async function rows(tx: Tx, question: MeterQuestion): Promise<MeterRow[]> {
  const { groupBy, meter, top, offset, count } = question;
  const binds = new Binds();
  const parts = partsText(tx, question, binds);
  const groups = groupBy.map((_, at) => `g${at}`);
  const kept = binds.add(top === 0 || groups.length === 0 ? 2 ** 31 : top);
  const list = groups.map((name) => `, ${name}`).join("");
  const same = groups.map((name) => ` and part.${name} = ranked.${name}`).join("");
  const columns = groups.map((name) => {
    return `, case when ranked.place <= ${kept} then part.${name} end as ${name}`;
  });
  const page = `offset ${binds.add(offset)} limit ${binds.add(count + 1)}`;
  const text = `with part as (${parts}), whole as (
      select 1 as one${list}, ${aggregateOf(meter)} as value from part group by one${list}
    ), ranked as (
      select row_number() over (order by value desc${list}) as place${list} from whole
    )
    select part.place${columns.join("")}, ranked.place > ${kept} as other,
      ${aggregateOf(meter)} as value
    from part join ranked on true${same}
    group by part.place, ${groups.map((_, at) => `${at + 2}, `).join("")} other
    having ${aggregateOf(meter)} > 0
    order by part.place, other, value desc${list} ${page}`;
  return (await tx.sql<Row>(text, binds.values)).map((row) => toMeterRow(row, question));
}

/** How the values of parts make one. */
function aggregateOf({ aggregation }: Meter): string {
  switch (aggregation) {
    case "count":
    case "sum":
      return "coalesce(total(x), 0)";
    case "max":
      return "coalesce(max(x), 0)";
    case "unique":
      return "count(distinct x)";
  }
}

/** The parts a value is made of: interval, groups, and units or the hash of a value. */
function partsText(tx: Tx, question: MeterQuestion, binds: Binds): string {
  const { meter, intervals, filter, groupBy } = question;
  const account = binds.add(accountOf(tx));
  const starts = `${binds.add(intervals.map(({ start }) => start))}::timestamptz[]`;
  const groups = groupBy.map((dimension, at) => `, ${COLUMN[dimension]} as g${at}`).join("");
  if (!needsEvents(meter)) return partsOfCalls(question, { account, groups, starts }, binds);
  const [table, value] =
    meter.aggregation === "unique" ? ["meter_value", "r.value_hash"] : ["meter_rollup", "r.units"];
  return `select width_bucket(r.bucket_start, ${starts}) as place${groups}, ${value} as x
    from ${table} r
    join usage_cell c on c.account_id = r.account_id and c.cell_id = r.cell_id
    where r.account_id = ${account} and c.account_id = ${account}
      and r.meter_id = ${binds.add(meter.meterId)}
      and r.bucket_start >= (${starts})[1] and r.bucket_start < ${binds.add(intervals.at(-1)?.end)}
      and ${cellFilter(filter, binds)}`;
}

interface PartWords {
  readonly account: string;
  readonly groups: string;
  readonly starts: string;
}

/** Calls, or their units, summed by cell before they are weighed: folded days, else quarter hours. */
function partsOfCalls(question: MeterQuestion, words: PartWords, binds: Binds): string {
  const { meter, stretches, folded, filter } = question;
  const { account, groups, starts } = words;
  const counted = meter.aggregation === "sum" ? "units" : "calls";
  const cuts = `${binds.add(stretches.map(({ start }) => start))}::timestamptz[]`;
  const { days, quarterHours } = piecesOf(cutBy(question.intervals, stretches), folded);
  const conditions = cellFilter(filter, binds);
  const cells = `select c.cell_id from usage_cell c
    where c.account_id = ${account} and ${conditions}`;
  const part = (table: string, time: string, spans: readonly Interval[], own: string) => {
    return `select ${time} as time, cell_id, ${counted} as counted from ${table} r
      where r.account_id = ${account} and ${within(time, spans, binds)} ${own}
        and r.cell_id in (${cells})`;
  };
  const parts: string[] = [];
  if (quarterHours.length > 0) parts.push(part("rollup", "bucket_start", quarterHours, ""));
  if (days.length > 0) {
    const number = `and r.fold_number = ${binds.add(folded?.number)}::integer`;
    parts.push(part("rollup_day", "day_start", days, number));
  }
  return `select r.place${groups}, r.counted * w.units as x
    from (select width_bucket(time, ${starts}) as place, width_bucket(time, ${cuts}) as stretch,
        cell_id, total(counted) as counted
      from (${parts.join(" union all ")}) as parts group by 1, 2, 3) r
    join usage_cell c on c.account_id = ${account} and c.cell_id = r.cell_id
    join ${weightsText(question, binds)} on w.endpoint = c.endpoint and w.method = c.method
      and w.status_class = c.status_class and w.stretch = r.stretch`;
}

/** Intervals cut where stretches begin. */
function cutBy(intervals: readonly Interval[], stretches: readonly Interval[]): Interval[] {
  const edges = [...intervals, ...stretches].flatMap(({ start, end }) => {
    return [start.getTime(), end.getTime()];
  });
  const times = [...new Set(edges)].sort((one, other) => one - other);
  return times.slice(1).map((end, at) => interval(new Date(times[at] ?? 0), new Date(end)));
}

function weightsText({ places }: MeterQuestion, binds: Binds): string {
  const endpoints = `${binds.add(places.map(({ endpoint }) => endpoint))}::text[]`;
  const methods = `${binds.add(places.map(({ method }) => method))}::text[]`;
  const classes = `${binds.add(arrayOf(places, (place) => place.statusClass))}::smallint[]`;
  const stretches = `${binds.add(arrayOf(places, (place) => place.stretch + 1))}::integer[]`;
  const units = `${binds.add(arrayOf(places, (place) => place.units))}::bigint[]`;
  return `unnest(${endpoints}, ${methods}, ${classes}, ${stretches}, ${units})
    as w (endpoint, method, status_class, stretch, units)`;
}

function toMeterRow(row: Row, { groupBy }: MeterQuestion): MeterRow {
  const named = <T>(dimension: UsageDimension): T | undefined => {
    const at = groupBy.indexOf(dimension);
    const value = at < 0 ? undefined : row[`g${at}`];
    return value === null || value === NO_KEY ? undefined : (value as T | undefined);
  };
  return {
    interval: Number(row.place) - 1,
    group: {
      customerId: named("customer"),
      keyId: named("key"),
      endpoint: named("endpoint"),
      method: named("method"),
      statusClass: named("status-class"),
      other: row.other === true,
    },
    value: BigInt(String(row.value)),
  };
}
