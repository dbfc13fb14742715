import {
  AHEAD_MAX_MS,
  contains,
  DomainError,
  type Interval,
  interval,
  QUARTER_HOUR_MS,
  Violations,
} from "@tollbook/domain";
import { pageToken, placeOf } from "../domain/page-token.ts";
import { checkFilter } from "./check-usage-filter.ts";
import type { Needs } from "./needs.ts";
import type { EventPlace, EventQuestion, LoggedEvent, RawEventStore } from "./raw-event-store.ts";
import type { UsageFilter } from "./usage-query-store.ts";

const PAGE_SIZE_DEFAULT = 100;
const PAGE_SIZE_MAX = 1_000;
const DAY_MS = 24 * 3_600_000;
/** A page that is not full after this long is given as it is, with where to go on. */
const SEARCH_MS = 2_000;
/** The first look goes back one hour; each next one twice as far. */
const FIRST_LOOK_MS = 3_600_000;
/** Of single quarter hours that are known to have such calls. */
const FIRST_LOOK_QUARTER_HOURS = 4;

/** Asks for single calls. */
export interface UsageEventsRequest {
  readonly filter: UsageFilter;
  readonly startTime: Date | undefined;
  readonly endTime: Date | undefined;
  readonly pageSize: number;
  readonly pageToken: string;
}

/** Calls, newest first; fewer than asked for, even none, where the search took long. */
export interface UsageEventsPage {
  readonly events: readonly LoggedEvent[];
  readonly nextPageToken: string;
}

/**
 * The live log. Throws "invalid" INVALID_REQUEST or PAGE_TOKEN_MALFORMED, and "failed-precondition"
 * RAW_EVENTS_OFF if the operator keeps no single calls.
 */
export function listUsageEvents({ storage, clock, settings }: Needs) {
  return async (accountId: string, request: UsageEventsRequest): Promise<UsageEventsPage> => {
    if (settings.rawEventDays === 0) throw rawEventsOff();
    const { pageToken: token, pageSize, ...binding } = request;
    const after = token === "" ? undefined : placeOf(token, binding, isPlace);
    const count = Math.min(pageSize || PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX);
    const span = checkedSpan(request, clock.now(), settings.rawEventDays, after);
    if (span === undefined) return { events: [], nextPageToken: "" };
    const { filter } = request;
    const { events, next } = await storage.inAccount(accountId, ({ rawEvents }) => {
      return search(rawEvents, { filter, after, count }, span);
    });
    return { events, nextPageToken: next === undefined ? "" : pageToken(next, binding) };
  };
}

function rawEventsOff(): DomainError {
  const sentence = "This server keeps no single calls; ask for sums instead.";
  return new DomainError("failed-precondition", "RAW_EVENTS_OFF", sentence);
}

/** What is left to look through; undefined if nothing. */
function checkedSpan(
  { filter, startTime, endTime }: UsageEventsRequest,
  now: Date,
  days: number,
  after: EventPlace | undefined,
): Interval | undefined {
  const violations = new Violations();
  checkFilter(violations, filter);
  if (startTime !== undefined && endTime !== undefined && startTime >= endTime) {
    violations.add("end_time", "RANGE_INVALID", "A range ends after it starts.");
  }
  violations.throwIfAny();
  const oldestMs = now.getTime() - days * DAY_MS;
  const startMs = Math.max(startTime?.getTime() ?? oldestMs, oldestMs);
  const newestMs = endTime?.getTime() ?? now.getTime() + AHEAD_MAX_MS + 1;
  // The place itself may have more calls of the same millisecond.
  const endMs = Math.min(newestMs, after === undefined ? newestMs : after.timeMs + 1);
  return startMs < endMs ? interval(new Date(startMs), new Date(endMs)) : undefined;
}

type Wanted = Omit<EventQuestion, "spans">;

/** Looks back further and further, until the page is full or its time is up. */
async function search(store: RawEventStore, wanted: Wanted, span: Interval) {
  const beganMs = performance.now();
  const events: LoggedEvent[] = [];
  const looks = await looksBack(store, wanted.filter, span);
  for (const [at, spans] of looks.entries()) {
    const count = wanted.count + 1 - events.length;
    events.push(...(await store.list({ ...wanted, spans, count })));
    if (events.length > wanted.count) {
      const page = events.slice(0, wanted.count);
      return { events: page, next: placeAt(page.at(-1)) };
    }
    const isLong = performance.now() - beganMs > SEARCH_MS;
    if (isLong && at < looks.length - 1) return { events, next: placeBefore(spans.at(-1)) };
  }
  return { events, next: undefined };
}

/**
 * The spans to look through, step by step, newest first. Rollups know in which quarter hours a
 * customer, key or endpoint called at all; for wider filters every quarter hour is worth a look.
 */
async function looksBack(store: RawEventStore, filter: UsageFilter, span: Interval) {
  const { customerIds, keyIds, endpoints } = filter;
  const isNarrow = customerIds.length + keyIds.length + endpoints.length > 0;
  if (!isNarrow) return wholeLooks(span);
  const starts = await store.usedQuarterHours(filter, span);
  const looks: Interval[][] = [];
  for (let from = 0, size = FIRST_LOOK_QUARTER_HOURS; from < starts.length; size *= 2) {
    const quarterHours = starts.slice(from, from + size).map((start) => cut(start, span));
    looks.push(quarterHours);
    from += size;
  }
  return looks;
}

function cut(start: Date, span: Interval): Interval {
  const endMs = start.getTime() + QUARTER_HOUR_MS;
  const from = contains(span, start) ? start : span.start;
  return interval(from, new Date(Math.min(endMs, span.end.getTime())));
}

function wholeLooks({ start, end }: Interval): Interval[][] {
  const looks: Interval[][] = [];
  let toMs = end.getTime();
  for (let lengthMs = FIRST_LOOK_MS; toMs > start.getTime(); lengthMs *= 2) {
    const fromMs = Math.max(start.getTime(), toMs - lengthMs);
    looks.push([interval(new Date(fromMs), new Date(toMs))]);
    toMs = fromMs;
  }
  return looks;
}

function placeAt(event: LoggedEvent | undefined): EventPlace | undefined {
  if (event === undefined) return undefined;
  return { timeMs: event.time.getTime(), eventId: event.eventId, sample: event.sample };
}

/** With the lowest of all ids: everything before the span comes after this place. */
function placeBefore(span: Interval | undefined): EventPlace | undefined {
  if (span === undefined) return undefined;
  const eventId = "00000000-0000-0000-0000-000000000000";
  return { timeMs: span.start.getTime(), eventId, sample: false };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function isPlace(place: unknown): place is EventPlace {
  const { timeMs, eventId, sample } = (place ?? {}) as Record<string, unknown>;
  const isTime = Number.isSafeInteger(timeMs) && Math.abs(timeMs as number) < 8.64e15;
  const isEvent = typeof eventId === "string" && UUID.test(eventId);
  return isTime && isEvent && typeof sample === "boolean";
}
