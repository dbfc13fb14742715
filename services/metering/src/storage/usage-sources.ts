import type { Interval } from "@tollbook/domain";
import type { UsageDimension, UsageFilter, UsageQuestion } from "../app/usage-query-store.ts";
import { type FoldedDays, piecesOf } from "../domain/usage-pieces.ts";
import type { Binds } from "./binds.ts";
import { cellFilter } from "./cell-filter.ts";
import { FIGURES, LATENCIES } from "./rollup-columns.ts";

/** The column of `usage_cell` that a dimension is. */
export const COLUMN: Record<UsageDimension, string> = {
  customer: "customer_id",
  key: "key_id",
  endpoint: "endpoint",
  method: "method",
  "status-class": "status_class",
};

/** What is summed for a question. */
export function figuresOf({ latency }: UsageQuestion): readonly string[] {
  return latency ? [...FIGURES, ...LATENCIES] : FIGURES;
}

/** Totals of these columns under their own names; null where there is nothing to add. */
export function totalsOf(figures: readonly string[]): string {
  return figures.map((name) => `total(${name}) as ${name}`).join(", ");
}

/** Whether rows must tell which interval they are of: one alone needs no saying. */
export function isPlaced({ intervals }: UsageQuestion): boolean {
  return intervals.length > 1;
}

/**
 * The name of a group: the text of all that it is grouped by, so that one list can hold many. No
 * name of an endpoint or method has a line break.
 */
export function nameText(groupBy: readonly UsageDimension[], of = "c"): string {
  const parts = groupBy.map((dimension) => `coalesce(${of}.${COLUMN[dimension]}::text, '')`);
  return `(${parts.join(" || E'\\n' || ") || "''"})`;
}

/** How a source is grouped: columns with their names, made of `c`. */
export interface Grouping {
  readonly columns: readonly string[];
  /** A condition on groups, or none. */
  readonly where: string;
}

/**
 * Rows of usage of a question: the columns of their group, figures, and the interval they are of
 * (`place`, from 1) if there are several. Groups may come in many rows. Whole folded days come from
 * day rollups, of customers alone where that is enough; the rest comes from quarter hours. Cells
 * are few, so filters are theirs.
 */
export function sourcesText(
  question: UsageQuestion,
  folded: FoldedDays | undefined,
  { columns, where }: Grouping,
  binds: Binds,
): string {
  const parts = partsOf(question, folded, binds);
  const filter = `${cellFilter(question.filter, binds)}${where}`;
  const figures = figuresOf(question).join(", ");
  const group = columns.map((column) => `${column}, `).join("");
  const ofCells = "join usage_cell c on c.account_id = $1 and c.cell_id = r.cell_id";
  if (isSummedFirst(question)) {
    const place = isPlaced(question) ? "place, " : "";
    const rows = parts.map((part) => {
      return `select ${part.place}cell_id, ${figures} from ${part.table} r where ${part.where}`;
    });
    const summed = `select ${place}cell_id, ${totalsOf(figuresOf(question))}
      from (${rows.join(" union all ")}) as parts group by ${place}cell_id`;
    return `select ${place}${group}${figures} from (${summed}) r ${ofCells} where ${filter}`;
  }
  const rows = parts.map((part) => {
    // A customer's days have the columns of its cells that are asked for: they stand for both.
    const from = part.table === CUSTOMER_DAYS ? `${part.table} c` : `${part.table} r ${ofCells}`;
    return `select ${part.place}${group}${figures} from ${from} where ${part.where} and ${filter}`;
  });
  return rows.join("\n union all ");
}

const CUSTOMER_DAYS = "rollup_customer_day";

/** A table that answers for some of a question's time: which rows, and of which interval each is. */
interface Part {
  readonly table: string;
  readonly place: string;
  readonly where: string;
}

function partsOf(question: UsageQuestion, folded: FoldedDays | undefined, binds: Binds): Part[] {
  const { days, quarterHours } = piecesOf(question.intervals, folded);
  const starts = isPlaced(question) && binds.add(question.intervals.map(({ start }) => start));
  const part = (table: string, of: string, time: string, spans: readonly Interval[]) => ({
    table,
    place: starts ? `width_bucket(${of}.${time}, ${starts}::timestamptz[]) as place, ` : "",
    where: `${of}.account_id = $1 and ${within(`${of}.${time}`, spans, binds)}`,
  });
  const parts: Part[] = [];
  if (quarterHours.length > 0) parts.push(part("rollup", "r", "bucket_start", quarterHours));
  if (days.length === 0 || folded === undefined) return parts;
  const [table, of] = isOfCustomers(question) ? [CUSTOMER_DAYS, "c"] : ["rollup_day", "r"];
  const made = part(table, of, "day_start", days);
  const number = `${of}.fold_number = ${binds.add(folded.number)}::integer`;
  return [...parts, { ...made, where: `${made.where} and ${number}` }];
}

/** With more intervals than months of a year a cell has few rows in each. */
const SUMMED_INTERVALS_MAX = 12;

/**
 * Whether rows are summed by the number of their cell before its names are looked up: far fewer are
 * joined and sorted then. A filter finds its few cells first, and customers need no cells.
 */
export function isSummedFirst(question: UsageQuestion): boolean {
  const { intervals, filter } = question;
  const isFiltered = filter.customerIds.length + filteredBesides(filter) > 0;
  return !isFiltered && !isOfCustomers(question) && intervals.length <= SUMMED_INTERVALS_MAX;
}

/** Whether customers are all that is asked about. */
function isOfCustomers({ groupBy, filter }: UsageQuestion): boolean {
  return filteredBesides(filter) === 0 && groupBy.every((dimension) => dimension === "customer");
}

function filteredBesides({ keyIds, endpoints, methods, statusClasses }: UsageFilter): number {
  return keyIds.length + endpoints.length + methods.length + statusClasses.length;
}

/**
 * Times within some spans; as constants to the planner, so that it leaves out partitions before it
 * begins.
 */
export function within(column: string, spans: readonly Interval[], binds: Binds): string {
  const parts = spans.map(({ start, end }) => {
    return `(${column} >= ${binds.add(start)} and ${column} < ${binds.add(end)})`;
  });
  return `(${parts.join(" or ")})`;
}
