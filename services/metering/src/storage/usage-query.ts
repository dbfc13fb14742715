import type { Tx } from "@tollbook/service";
import type {
  ExportPage,
  UsageDimension,
  UsageGroup,
  UsagePage,
  UsageQueryStore,
  UsageQuestion,
  UsageRow,
  UsageSums,
} from "../app/usage-query-store.ts";
import type { FoldedDays } from "../domain/usage-pieces.ts";
import { Binds } from "./binds.ts";
import { LATENCIES } from "./rollup-columns.ts";
import { COLUMN, figuresOf, nameText, sourcesText, sumsOf } from "./usage-sources.ts";

/** See UsageQueryStore. */
export function usageQueryStore(tx: Tx): UsageQueryStore {
  return {
    answer: (question, page, folded) => answer(tx, question, page, folded),
    biggest: (question, folded) => biggest(tx, question, folded),
    exported: (question, page, folded) => exported(tx, question, page, folded),
  };
}

type Row = Record<string, unknown>;

/** Sums of some 100,000 groups; with PostgreSQL's own 4 MB they would go over the disk. */
const ROOM_TO_SUM = "select set_config('work_mem', '32MB', true)";

/** Page and total come of one look at the usage, so they agree. */
async function answer(
  tx: Tx,
  question: UsageQuestion,
  { offset, count }: UsagePage,
  folded: FoldedDays | undefined,
) {
  await tx.sql(ROOM_TO_SUM);
  const kept = await biggest(tx, question, folded);
  const binds = new Binds(tx.accountId);
  const { source, names, list } = groupedText(question, folded, { kept, where: "" }, binds);
  const figures = figuresOf(question);
  const noNames = names.map((name) => `null as ${name}, `).join("");
  const order = `place, other, calls desc, refused desc${names.map((name) => `, ${name}`).join("")}`;
  const text = `with u as materialized (${source}), page as (
      select row_number() over (order by ${order}) as number, u.* from u
      order by ${order} offset ${binds.add(offset)} limit ${binds.add(count + 1)})
    select number, place, ${list} other, ${figures.join(", ")} from page
    union all
    select null, null, ${noNames} null, ${sumsOf(figures)} from u`;
  const found = await tx.sql<Row>(text, binds.values);
  const [total] = found.filter(({ place }) => place === null);
  const rows = found.filter(({ place }) => place !== null);
  rows.sort((one, other) => Number(one.number) - Number(other.number));
  return {
    rows: rows.slice(0, count).map((row) => toRow(row, question)),
    more: rows.length > count,
    total: toSums(total ?? {}, question),
  };
}

/** See UsageQueryStore.biggest. */
async function biggest(tx: Tx, question: UsageQuestion, folded: FoldedDays | undefined) {
  const { top, groupBy } = question;
  if (top === 0 || groupBy.length === 0) return undefined;
  const binds = new Binds(tx.accountId);
  const range = { start: question.intervals[0]?.start, end: question.intervals.at(-1)?.end };
  const whole = {
    ...question,
    intervals: [range as (typeof question.intervals)[0]],
    latency: false,
  };
  const grouping = { columns: [`${nameText(groupBy)} as name`], where: "" };
  const text = `select name from (${sourcesText(whole, folded, grouping, binds)}) as u
    group by name order by sum(calls + refused) desc, name limit ${binds.add(top)}`;
  return (await tx.sql<{ name: string }>(text, binds.values)).map(({ name }) => name);
}

/** See UsageQueryStore.exported. Groups before the place are left out before they are summed. */
async function exported(
  tx: Tx,
  question: UsageQuestion,
  { kept, after, count }: ExportPage,
  folded: FoldedDays | undefined,
): Promise<UsageRow[]> {
  const binds = new Binds(tx.accountId);
  const { groupBy } = question;
  const place = after && binds.add(nameOf(after, question));
  const where = place === undefined ? "" : ` and ${nameText(groupBy)} > ${place} collate "C"`;
  const { source } = groupedText(question, folded, { kept, where }, binds);
  const text = `select * from (${source}) as u
    order by place, other, ${nameText(groupBy, "u")} collate "C" limit ${binds.add(count + 1)}`;
  return (await tx.sql<Row>(text, binds.values)).map((row) => toRow(row, question));
}

/** All groups, or those that are kept and one for the rest, by interval. */
function groupedText(
  question: UsageQuestion,
  folded: FoldedDays | undefined,
  { kept, where }: { kept: readonly string[] | undefined; where: string },
  binds: Binds,
) {
  const names = question.groupBy.map((dimension) => COLUMN[dimension]);
  const isKept = kept && `${nameText(question.groupBy)} = any(${binds.add(kept)}::text[])`;
  const columns = names.map((name) => {
    return isKept ? `case when ${isKept} then c.${name} end as ${name}` : `c.${name}`;
  });
  const other = isKept ? `not (${isKept}) as other` : "false as other";
  const grouping = { columns: [...columns, other], where };
  const list = names.map((name) => `${name}, `).join("");
  const source = `select place, ${list} other, ${sumsOf(figuresOf(question))}
    from (${sourcesText(question, folded, grouping, binds)}) as parts
    group by place, ${list} other`;
  return { source, names, list };
}

function nameOf(group: UsageGroup, { groupBy }: UsageQuestion): string {
  return groupBy.map((dimension) => VALUE[dimension](group) ?? "").join("\n");
}

const VALUE: Record<UsageDimension, (group: UsageGroup) => string | number | undefined> = {
  customer: ({ customerId }) => customerId,
  key: ({ keyId }) => keyId,
  endpoint: ({ endpoint }) => endpoint,
  method: ({ method }) => method,
  "status-class": ({ statusClass }) => statusClass,
};

function toRow(row: Row, question: UsageQuestion): UsageRow {
  const { groupBy } = question;
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
  return { ...toSums(row, question), interval: Number(row.place) - 1, group };
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
