import {
  DomainError,
  type Granularity,
  interval,
  intervals,
  isId,
  isTimeZone,
  parseId,
  QUARTER_HOUR_MS,
  quarterHourStart,
  Violations,
} from "@tollbook/domain";
import { pageToken, placeOf } from "../domain/page-token.ts";
import { knownMeter } from "./get-meter.ts";
import type { Needs, Store } from "./needs.ts";
import { queryMeter } from "./query-meter.ts";
import type {
  UsageDimension,
  UsageFilter,
  UsageQuestion,
  UsageRow,
  UsageSums,
} from "./usage-query-store.ts";

/** Rows of one page. */
const PAGE_SIZE_DEFAULT = 1_000;
const PAGE_SIZE_MAX = 10_000;
/** Groups told apart. */
const TOP_MAX = 1_000;
/** Ids of one filter. */
const IDS_MAX = 1_000;
/** Endpoints, methods or classes of one filter. */
const NAMES_MAX = 100;
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
      const spans = await intervalsOf(store, request, range);
      const { groupBy, filter, top, latency } = request;
      const question = { intervals: spans, groupBy, filter, top, latency, offset, count };
      const { rows, total } = await answer(store, request, question);
      const more = rows.length > count;
      const nextPageToken = more ? pageToken(offset + count, binding) : "";
      return { question, rows: rows.slice(0, count), total, nextPageToken };
    });
  };
}

/** Usage itself, or what a meter counted of it. */
async function answer(store: Store, { meterId }: UsageRequest, question: UsageQuestion) {
  if (meterId === "") {
    return {
      rows: await store.queries.rows(question),
      total: await store.queries.total(question),
    };
  }
  const meter = await knownMeter(store, parseId(meterId, "meter_id"));
  const { rows, total } = await queryMeter(store, meter, question);
  return {
    rows: rows.map((row) => ({ ...NO_SUMS, ...row })),
    total: { ...NO_SUMS, value: total },
  };
}

const NO_SUMS = { calls: 0n, refused: 0n, errors: 0n, units: 0n, bytes: 0n, latency: [] };

async function intervalsOf(
  store: Store,
  { granularity, timeZone }: UsageRequest,
  range: { start: Date; end: Date },
) {
  if (granularity === undefined) return [range];
  const zone = timeZone === "" ? await store.references.accountZone() : timeZone;
  if (zone !== undefined) return intervals(range, granularity, zone);
  const sentence = "The account was opened a moment ago; please try again, or name a time zone.";
  throw new DomainError("unavailable", "ACCOUNT_NOT_HEARD", sentence, {}, { retryAfterMs: 1_000 });
}

function checkedRange(request: UsageRequest) {
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

function checkFilter(violations: Violations, filter: UsageFilter): void {
  const { customerIds, keyIds, endpoints, methods, statusClasses } = filter;
  for (const [field, ids] of Object.entries({ customer_ids: customerIds, key_ids: keyIds })) {
    if (ids.length > IDS_MAX) violations.add(`filter.${field}`, "TOO_MANY", `At most ${IDS_MAX}.`);
    if (!ids.every(isId)) {
      violations.add(`filter.${field}`, "ID_MALFORMED", "Write UUIDs of version 7.");
    }
  }
  const names = { endpoints, methods, status_classes: statusClasses };
  for (const [field, list] of Object.entries(names)) {
    if (list.length <= NAMES_MAX) continue;
    violations.add(`filter.${field}`, "TOO_MANY", `At most ${NAMES_MAX}.`);
  }
  if (statusClasses.some((one) => one > 5)) {
    violations.add("filter.status_classes", "OUT_OF_RANGE", "A status class is 0 to 5.");
  }
}

function isOffset(place: unknown): place is number {
  return Number.isSafeInteger(place) && (place as number) > 0;
}
