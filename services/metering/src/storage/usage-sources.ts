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

/** Sums of these columns under their own names. */
export function sumsOf(figures: readonly string[], prefix = ""): string {
  return figures.map((name) => `coalesce(sum(${prefix}${name}), 0)::bigint as ${name}`).join(", ");
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
 * Usage of a question by interval (`place`, from 1) and group. Whole folded days come from day
 * rollups, of customers alone where that is enough; the rest comes from quarter hours. Cells are
 * few, so filters are theirs.
 */
export function sourcesText(
  question: UsageQuestion,
  folded: FoldedDays | undefined,
  { columns, where }: Grouping,
  binds: Binds,
): string {
  const { days, quarterHours } = piecesOf(question.intervals, folded);
  const starts = binds.add(question.intervals.map(({ start }) => start));
  const filter = `${cellFilter(question.filter, binds)}${where}`;
  const place = (time: string) => `width_bucket(${time}, ${starts}::timestamptz[]) as place`;
  const grouped = columns.map((column) => `, ${column}`).join("");
  const sums = sumsOf(figuresOf(question), "r.");
  const by = `group by ${[1, ...columns.map((_, at) => at + 2)].join(", ")}`;
  const ofCells = `join usage_cell c on c.account_id = $1 and c.cell_id = r.cell_id`;
  const parts: string[] = [];
  const ofCellsSummed = (table: string, time: string, where: string) => {
    const rows = `from ${table} r where r.account_id = $1 and ${where}`;
    const summed = `(select ${place(time)}, r.cell_id, ${sums} ${rows} group by 1, 2) r`;
    return `select r.place${grouped}, ${sums} from ${summed} ${ofCells} where ${filter} ${by}`;
  };
  const ofCellsJoined = (table: string, time: string, where: string) => {
    return `select ${place(time)}${grouped}, ${sums} from ${table} r ${ofCells}
      where r.account_id = $1 and ${where} and ${filter} ${by}`;
  };
  const ofAll = isSummedFirst(question) ? ofCellsSummed : ofCellsJoined;
  if (quarterHours.length > 0) {
    const time = "r.bucket_start";
    parts.push(ofAll("rollup", time, within(time, quarterHours, binds)));
  }
  if (days.length > 0 && folded !== undefined) {
    const where = (of: "c" | "r") => {
      const number = `${of}.fold_number = ${binds.add(folded.number)}::integer`;
      return `${number} and ${within(`${of}.day_start`, days, binds)}`;
    };
    // A customer's days have the columns of its cells that are asked for: they stand for both.
    parts.push(
      isOfCustomers(question)
        ? `select ${place("c.day_start")}${grouped}, ${sumsOf(figuresOf(question), "c.")}
            from rollup_customer_day c where c.account_id = $1 and ${where("c")} and ${filter} ${by}`
        : ofAll("rollup_day", "r.day_start", where("r")),
    );
  }
  return parts.join("\n union all ");
}

/** With more intervals than months of a year a cell has few rows in each. */
const SUMMED_INTERVALS_MAX = 12;

/**
 * Whether rows are summed by the number of their cell before its names are looked up: far fewer are
 * joined and sorted then. A filter finds its few cells first.
 */
function isSummedFirst({ intervals, filter }: UsageQuestion): boolean {
  const isFiltered = filter.customerIds.length + filteredBesides(filter) > 0;
  return !isFiltered && intervals.length <= SUMMED_INTERVALS_MAX;
}

/** Whether customers are all that is asked about. */
function isOfCustomers({ groupBy, filter }: UsageQuestion): boolean {
  return filteredBesides(filter) === 0 && groupBy.every((dimension) => dimension === "customer");
}

function filteredBesides({ keyIds, endpoints, methods, statusClasses }: UsageFilter): number {
  return keyIds.length + endpoints.length + methods.length + statusClasses.length;
}

/** As constants to the planner, so that it leaves out partitions before it begins. */
function within(column: string, spans: readonly Interval[], binds: Binds): string {
  const parts = spans.map(({ start, end }) => {
    return `(${column} >= ${binds.add(start)} and ${column} < ${binds.add(end)})`;
  });
  return `(${parts.join(" or ")})`;
}
