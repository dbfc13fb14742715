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
import {
  COLUMN,
  figuresOf,
  isPlaced,
  isSummedFirst,
  nameText,
  sourcesText,
  totalsOf,
} from "./usage-sources.ts";

/** See UsageQueryStore. */
export function usageQueryStore(tx: Tx): UsageQueryStore {
  return {
    answer: (question, page, folded) => answer(tx, question, page, folded),
    biggest: (question, folded) => biggest(tx, question, folded),
    exported: (question, page, folded) => exported(tx, question, page, folded),
  };
}

type Row = Record<string, unknown>;

/**
 * What PostgreSQL is told before it plans a question. Some 100,000 groups are summed, and with its
 * own 4 MB they would go over the disk. Of the groups of a union it has no idea how many there are
 * and guesses 200: it would look up each cell by itself, and let workers sum in parallel, who then
 * hand all their groups over to be sorted and summed again, for half as much CPU again.
 */
function plannedFor(tx: Tx, question: UsageQuestion) {
  const text = `select set_config('work_mem', '32MB', true),
    set_config('max_parallel_workers_per_gather', '0', true),
    set_config('enable_nestloop', $1, true)`;
  return tx.sql(text, [isSummedFirst(question) ? "off" : "on"]);
}

/** Page and total come of one look at the usage, so they agree. */
async function answer(
  tx: Tx,
  question: UsageQuestion,
  { offset, count }: UsagePage,
  folded: FoldedDays | undefined,
) {
  const kept = await biggest(tx, question, folded);
  await plannedFor(tx, question);
  const binds = new Binds(tx.accountId);
  const { source, keys } = groupedText(question, folded, { kept, where: "" }, binds);
  const figures = figuresOf(question);
  const list = [...keys, ...figures].join(", ");
  const [places, names] = [keys.filter(isNoName), keys.filter((key) => !isNoName(key))];
  const order = [...places, "calls desc", "refused desc", ...names].join(", ");
  const noKeys = keys.map((name) => `null as ${name}, `).join("");
  const text = `with u as materialized (${source}), page as (
      select * from u order by ${order} offset ${binds.add(offset)} limit ${binds.add(count + 1)})
    select row_number() over () as number, ${list} from page
    union all
    select null, ${noKeys} ${totalsOf(figures)} from u`;
  const found = await tx.sql<Row>(text, binds.values);
  const [total] = found.filter(({ number }) => number === null);
  const rows = found.filter(({ number }) => number !== null);
  rows.sort((one, other) => Number(one.number) - Number(other.number));
  return {
    rows: rows.slice(0, count).map((row) => toRow(row, question)),
    more: rows.length > count,
    total: toSums(total ?? {}, question),
  };
}

function isNoName(key: string): boolean {
  return key === "place" || key === "other";
}

/** See UsageQueryStore.biggest. */
async function biggest(tx: Tx, question: UsageQuestion, folded: FoldedDays | undefined) {
  const { top, groupBy } = question;
  if (top === 0 || groupBy.length === 0) return undefined;
  const range = { start: question.intervals[0]?.start, end: question.intervals.at(-1)?.end };
  const intervals = [range as (typeof question.intervals)[0]];
  const whole = { ...question, intervals, latency: false };
  await plannedFor(tx, whole);
  const binds = new Binds(tx.accountId);
  const grouping = { columns: [`${nameText(groupBy)} as name`], where: "" };
  const text = `select name from (${sourcesText(whole, folded, grouping, binds)}) as u
    group by name order by total(calls + refused) desc, name limit ${binds.add(top)}`;
  return (await tx.sql<{ name: string }>(text, binds.values)).map(({ name }) => name);
}

/** See UsageQueryStore.exported. Groups before the place are left out before they are summed. */
async function exported(
  tx: Tx,
  question: UsageQuestion,
  { kept, after, count }: ExportPage,
  folded: FoldedDays | undefined,
): Promise<UsageRow[]> {
  await plannedFor(tx, question);
  const binds = new Binds(tx.accountId);
  const { groupBy } = question;
  const place = after && binds.add(nameOf(after, question));
  const where = place === undefined ? "" : ` and ${nameText(groupBy)} > ${place} collate "C"`;
  const { source, keys } = groupedText(question, folded, { kept, where }, binds);
  const order = [...keys.filter(isNoName), `${nameText(groupBy, "u")} collate "C"`];
  const text = `select * from (${source}) as u
    order by ${order.join(", ")} limit ${binds.add(count + 1)}`;
  return (await tx.sql<Row>(text, binds.values)).map((row) => toRow(row, question));
}

/**
 * All groups, or those that are kept and one for the rest, by interval; and the columns that tell
 * one from another: only what can differ is grouped by.
 */
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
  const other = isKept ? [`not (${isKept}) as other`] : [];
  const grouping = { columns: [...columns, ...other], where };
  const keys = [...(isPlaced(question) ? ["place"] : []), ...(isKept ? ["other"] : []), ...names];
  const by = keys.length > 0 ? `group by ${keys.join(", ")}` : "having count(*) > 0";
  const source = `select ${[...keys, totalsOf(figuresOf(question))].join(", ")}
    from (${sourcesText(question, folded, grouping, binds)}) as parts ${by}`;
  return { source, keys };
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
  return { ...toSums(row, question), interval: Number(row.place ?? 1) - 1, group };
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
