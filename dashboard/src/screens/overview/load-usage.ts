import { post } from "../../api/call.ts";
import type { UsageAnswer, UsageRow, UsageSums } from "../../api/shapes.ts";
import type { Range } from "../../format/zone-calendar.ts";

/** Calls of one interval; as numbers, for drawing. */
export interface Step {
  start: Date;
  calls: number;
  refused: number;
  errors: number;
}

export interface UsageOverTime {
  steps: Step[];
  total: UsageSums;
}

const noCalls: UsageSums = { calls: "0", refused: "0", errors: "0" };

/** The calls of a range by the hour or day; intervals without calls are there too. */
export async function loadOverTime(
  range: Range,
  granularity: "HOUR" | "DAY",
): Promise<UsageOverTime> {
  const answer = await query(range, { granularity: `GRANULARITY_${granularity}` });
  const rows = new Map(answer.rows.map((row) => [Date.parse(row.startTime), row]));
  const steps = range.steps.map((start) => stepOf(start, rows.get(start.getTime())));
  return { steps, total: answer.total ?? noCalls };
}

function stepOf(start: Date, row: UsageRow | undefined): Step {
  const { calls, refused, errors } = row ?? noCalls;
  return { start, calls: Number(calls), refused: Number(refused), errors: Number(errors) };
}

/** How many groups a table shows. */
const groupsShown = 10;

/** The biggest groups of a range, most calls first. */
export async function loadGroups(
  range: Range,
  by: readonly ("CUSTOMER" | "ENDPOINT" | "METHOD")[],
  customerId?: string,
): Promise<UsageRow[]> {
  const groupBy = by.map((dimension) => `USAGE_DIMENSION_${dimension}`);
  const filter = customerId === undefined ? {} : { filter: { customerIds: [customerId] } };
  const answer = await query(range, { groupBy, top: groupsShown, ...filter });
  return answer.rows;
}

function query({ start, end }: Range, rest: object): Promise<UsageAnswer> {
  const range = { startTime: start.toISOString(), endTime: end.toISOString() };
  return post<UsageAnswer>("/v1/usage:query", { ...range, ...rest });
}
