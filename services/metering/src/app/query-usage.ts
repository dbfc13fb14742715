import {
  DomainError,
  type Granularity,
  type Interval,
  interval,
  intervals,
  isTimeZone,
  parseId,
  QUARTER_HOUR_MS,
  quarterHourStart,
  Violations,
} from "@tollbook/domain";
import { pageToken, placeOf } from "../domain/page-token.ts";
import { checkFilter } from "./check-usage-filter.ts";
import { readFolded } from "./folded-days.ts";
import { knownMeter } from "./get-meter.ts";
import type { Needs, Store } from "./needs.ts";
import { queryMeter } from "./query-meter.ts";
import type {
  UsageDimension,
  UsageFilter,
  UsagePage,
  UsageQuestion,
  UsageRow,
  UsageSums,
} from "./usage-query-store.ts";

/** Rows of one page. */
const PAGE_SIZE_DEFAULT = 1_000;
const PAGE_SIZE_MAX = 10_000;
/** Groups told apart. */
const TOP_MAX = 1_000;
/** Longer ranges are exports. */
const RANGE_MAX_MS = 5 * 366 * 24 * 3_600_000;

/** A question about usage as it was asked. */
export interface UsageRequest {
  readonly startTime: Date | undefined;
  readonly endTime: Date | undefined;
  /** Undefined: one sum over the whole range. */
  readonly granularity: Granularity | undefined;
  /** Empty: the account's. */
  readonly timeZone: string;
  readonly groupBy: readonly UsageDimension[];
  readonly filter: UsageFilter;
  readonly top: number;
  readonly latency: boolean;
  /** Empty: usage itself. */
  readonly meterId: string;
  readonly pageSize: number;
  readonly pageToken: string;
}

/** A page of the answer, and the sums over the whole of it. */
export interface UsageAnswer {
  readonly question: UsageQuestion;
  readonly rows: readonly UsageRow[];
  readonly total: UsageSums;
  readonly nextPageToken: string;
}

/**
 * Usage summed by interval and group. Throws "invalid" INVALID_REQUEST, TOO_MANY_INTERVALS or
 * PAGE_TOKEN_MALFORMED, "not-found" METER_NOT_FOUND, "unavailable" ACCOUNT_NOT_HEARD while the
 * account's zone is not known.
 */
export function queryUsage({ storage }: Needs) {
  return async (accountId: string, request: UsageRequest): Promise<UsageAnswer> => {
    const range = checkedRange(request);
    const { pageToken: token, pageSize, ...binding } = request;
    const offset = token === "" ? 0 : placeOf(token, binding, isOffset);
    const count = Math.min(pageSize || PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX);
    return storage.inAccount(accountId, async (store) => {
      const question = await questionOf(store, request, range);
      const page = { offset, count };
      const { rows, more, total } = await answer(store, request, question, page);
      const nextPageToken = more ? pageToken(offset + count, binding) : "";
      return { question, rows, total, nextPageToken };
    });
  };
}

/** Usage itself, or what a meter counted of it. */
async function answer(
  store: Store,
  { meterId }: UsageRequest,
  question: UsageQuestion,
  page: UsagePage,
) {
  if (meterId === "") {
    return readFolded(store, (folded) => store.queries.answer(question, page, folded));
  }
  const meter = await knownMeter(store, parseId(meterId, "meter_id"));
  const { rows, total } = await readFolded(store, (folded) => {
    return queryMeter(store, meter, { ...question, ...page }, folded);
  });
  return {
    rows: rows.slice(0, page.count).map((row) => ({ ...NO_SUMS, ...row })),
    more: rows.length > page.count,
    total: { ...NO_SUMS, value: total },
  };
}

const NO_SUMS = { calls: 0n, refused: 0n, errors: 0n, units: 0n, bytes: 0n, latency: [] };

/** The question with its intervals. */
export async function questionOf(
  store: Store,
  request: UsageRequest,
  range: Interval,
): Promise<UsageQuestion> {
  const { groupBy, filter, top, latency } = request;
  return { intervals: await intervalsOf(store, request, range), groupBy, filter, top, latency };
}

async function intervalsOf(store: Store, { granularity, timeZone }: UsageRequest, range: Interval) {
  if (granularity === undefined) return [range];
  const zone = timeZone === "" ? await store.references.accountZone() : timeZone;
  if (zone !== undefined) return intervals(range, granularity, zone);
  const sentence = "The account was opened a moment ago; please try again, or name a time zone.";
  throw new DomainError("unavailable", "ACCOUNT_NOT_HEARD", sentence, {}, { retryAfterMs: 1_000 });
}

/** The range of quarter hours that is asked for; "invalid" with everything that is wrong. */
export function checkedRange(request: UsageRequest): Interval {
  const violations = new Violations();
  const { startTime, endTime, timeZone, groupBy, filter, top } = request;
  if (startTime === undefined) violations.add("start_time", "REQUIRED", "Say from when.");
  if (endTime === undefined) violations.add("end_time", "REQUIRED", "Say until when.");
  if (timeZone !== "" && !isTimeZone(timeZone)) {
    violations.add("time_zone", "TIME_ZONE_UNKNOWN", "Write an IANA zone such as Asia/Kolkata.");
  }
  if (new Set(groupBy).size < groupBy.length) {
    violations.add("group_by", "REPEATED", "Name each dimension once.");
  }
  if (top > TOP_MAX) violations.add("top", "OUT_OF_RANGE", `At most ${TOP_MAX}.`);
  checkFilter(violations, filter);
  const start = quarterHourStart(startTime ?? new Date(0));
  // What is counted in the running quarter hour is asked for too.
  const end = quarterHourStart(new Date((endTime ?? new Date(0)).getTime() + QUARTER_HOUR_MS - 1));
  const lengthMs = end.getTime() - start.getTime();
  if (startTime !== undefined && endTime !== undefined) {
    const wrong = lengthMs <= 0 || lengthMs > RANGE_MAX_MS;
    const sentence = "A range is at least a quarter hour and at most five years.";
    if (wrong) violations.add("end_time", "RANGE_INVALID", sentence);
  }
  violations.throwIfAny();
  return interval(start, end);
}

function isOffset(place: unknown): place is number {
  return Number.isSafeInteger(place) && (place as number) > 0;
}
