import type { Tx } from "@tollbook/service";
import type {
  UsageDimension,
  UsageFilter,
  UsageGroup,
  UsageQueryStore,
  UsageQuestion,
  UsageSums,
} from "../app/usage-query-store.ts";
import { FIGURES, LATENCIES } from "./rollup-columns.ts";

const COLUMN: Record<UsageDimension, string> = {
  customer: "customer_id",
  key: "key_id",
  endpoint: "endpoint",
  method: "method",
  "status-class": "status_class",
};

/** See UsageQueryStore. */
export function usageQueryStore(tx: Tx): UsageQueryStore {
  return {
    rows: async (question) => {
      const rows = await tx.sql<Row>(rowsText(question), rowsParams(tx, question));
      return rows.map((row) => ({ ...toSums(row, question), ...toPlace(row, question) }));
    },
    total: async (question) => {
      const text = `select ${sumsOf(figuresOf(question))} from (${usageText(question, [])}) as u`;
      const [row] = await tx.sql<Row>(text, usageParams(tx, question));
      return toSums(row ?? {}, question);
    },
  };
}

type Row = Record<string, unknown>;

function figuresOf({ latency }: UsageQuestion): readonly string[] {
  return latency ? [...FIGURES, ...LATENCIES] : FIGURES;
}

function sumsOf(figures: readonly string[], prefix = ""): string {
  return figures.map((name) => `coalesce(sum(${prefix}${name}), 0)::bigint as ${name}`).join(", ");
}

/** Usage of the range and filter, by interval and group; cells first, for they are few. */
function usageText(question: UsageQuestion, groupBy: readonly string[]): string {
  const columns = groupBy.map((name) => `c.${name}, `).join("");
  const places = groupBy.map((_, at) => `, ${at + 2}`).join("");
  return `select width_bucket(r.bucket_start, $3::timestamptz[]) as place, ${columns}
      ${sumsOf(figuresOf(question), "r.")}
    from rollup r join usage_cell c on c.account_id = r.account_id and c.cell_id = r.cell_id
    where r.account_id = $1 and c.account_id = $1 and c.test = $4
      and r.bucket_start >= ($3::timestamptz[])[1] and r.bucket_start < $2
      ${filterText(question.filter)}
    group by 1${places}`;
}

/** Only filters that were asked for are in the text, so that each gets a plan of its own. */
function filterText({ customerIds, keyIds, endpoints, methods, statusClasses }: UsageFilter) {
  const parts = [
    customerIds.length > 0 ? "and c.customer_id = any($5::uuid[])" : "and $5::uuid[] is not null",
    keyIds.length > 0 ? "and c.key_id = any($6::uuid[])" : "and $6::uuid[] is not null",
    endpoints.length > 0 ? "and c.endpoint = any($7::text[])" : "and $7::text[] is not null",
    methods.length > 0 ? "and c.method = any($8::text[])" : "and $8::text[] is not null",
    statusClasses.length > 0
      ? "and c.status_class = any($9::smallint[])"
      : "and $9::smallint[] is not null",
  ];
  return parts.join(" ");
}

function usageParams(tx: Tx, { intervals, filter }: UsageQuestion): unknown[] {
  const { customerIds, keyIds, endpoints, methods, statusClasses, test } = filter;
  const starts = intervals.map(({ start }) => start);
  const lists = [customerIds, keyIds, endpoints, methods, statusClasses];
  return [tx.accountId, intervals.at(-1)?.end, starts, test, ...lists];
}

/** The biggest groups are those of the whole range; all others are one group, called other. */
function rowsText(question: UsageQuestion): string {
  const groups = question.groupBy.map((dimension) => COLUMN[dimension]);
  const figures = figuresOf(question);
  const list = groups.map((name) => `${name}, `).join("");
  const kept = groups.map(
    (name) => `case when place_of_group <= $12 then ${name} end as ${name}, `,
  );
  const ranked = `select *, dense_rank() over (order by group_calls desc, ${list} 1) as place_of_group
    from (select *, sum(calls + refused) over (partition by ${list} 1) as group_calls from u) as w`;
  return `with u as (${usageText(question, groups)}), ranked as (${ranked})
    select place, ${kept.join("")} place_of_group > $12 as other, ${sumsOf(figures)}
    from ranked group by place, ${groups.map((_, at) => `${at + 2}, `).join("")} other
    order by place, other, calls desc, refused desc, ${list} 1
    offset $10 limit $11`;
}

/** One row more than asked for tells that there are more. */
function rowsParams(tx: Tx, question: UsageQuestion): unknown[] {
  const top = question.top === 0 || question.groupBy.length === 0 ? 2 ** 31 : question.top;
  return [...usageParams(tx, question), question.offset, question.count + 1, top];
}

function toPlace(row: Row, { groupBy }: UsageQuestion): { interval: number; group: UsageGroup } {
  const value = <T>(dimension: UsageDimension): T | undefined => {
    if (!groupBy.includes(dimension)) return undefined;
    return (row[COLUMN[dimension]] as T | null) ?? undefined;
  };
  const group: UsageGroup = {
    customerId: value("customer"),
    keyId: value("key"),
    endpoint: value("endpoint"),
    method: value("method"),
    statusClass: value("status-class"),
    other: row.other === true,
  };
  return { interval: Number(row.place) - 1, group };
}

function toSums(row: Row, { latency }: UsageQuestion): UsageSums {
  const figure = (name: string) => BigInt(String(row[name] ?? 0));
  return {
    calls: figure("calls"),
    refused: figure("refused"),
    errors: figure("errors"),
    units: figure("units"),
    bytes: figure("bytes"),
    latency: latency ? LATENCIES.map((name) => Number(row[name] ?? 0)) : [],
  };
}
