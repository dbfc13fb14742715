import { ALL_TIME, contains, type Interval, type Window, windowContaining } from "@tollbook/domain";
import type { CustomerBook, Subscription } from "./customer-book.ts";
import { namedUuid } from "./named-uuid.ts";
import type { UsageLimit } from "./usage-limit.ts";

/** Which counter: what one subject uses of one meter in one window, with live or test keys. */
export interface CounterKey {
  readonly counterId: string;
  readonly customerId: string;
  readonly subjectId: string;
  readonly meterId: string;
  readonly window: Window;
  readonly span: Interval;
  readonly test: boolean;
}

/** Minute and hour counters live this long; older facts touch only longer windows. */
export const SHORT_COUNTERS_MS = 48 * 3_600_000;

/**
 * The counter that a limit stands on at an instant. Undefined if the window cannot be known:
 * the billing period, or the account's time zone, has not been heard of yet.
 */
export function counterAt(
  accountId: string,
  limit: UsageLimit,
  test: boolean,
  instant: Date,
  calendar: { book: CustomerBook; subscription: Subscription | undefined },
): CounterKey | undefined {
  const span = spanOf(limit.window, instant, calendar);
  if (span === undefined) return undefined;
  const { customerId, subjectId, meterId, window } = limit;
  const counterId = counterIdOf(accountId, { subjectId, meterId, window, test }, span.start);
  return { counterId, customerId, subjectId, meterId, window, span, test };
}

/** Whether the counter of this span counts for the limit, or is too old, or older than it. */
export function isCounted(limit: UsageLimit, span: Interval, now: Date): boolean {
  if (span.start.getTime() < limit.countedFrom.getTime()) return false;
  const short = limit.window === "minute" || limit.window === "hour";
  return !short || now.getTime() - span.end.getTime() < SHORT_COUNTERS_MS;
}

function spanOf(
  window: Window,
  instant: Date,
  { book, subscription }: { book: CustomerBook; subscription: Subscription | undefined },
): Interval | undefined {
  if (window === "total") return ALL_TIME;
  if (window === "period") return subscription?.periods.find((span) => contains(span, instant));
  const zone = subscription?.timeZone ?? book.accountZone;
  return zone === undefined ? undefined : windowContaining(window, instant, zone);
}

/** Ids lately made; a batch asks for few different ones, again and again. */
const known = new Map<string, string>();
const KNOWN_MAX = 20_000;

/**
 * A counter's id is made from its key (a UUID of version 8, RFC 9562): whoever knows the key
 * knows the id, nobody has to look it up, and one order of locks serves all.
 */
function counterIdOf(
  accountId: string,
  key: { subjectId: string; meterId: string; window: Window; test: boolean },
  start: Date,
): string {
  const { subjectId, meterId, window, test } = key;
  const text = [accountId, subjectId, meterId, window, start.getTime(), test ? "test" : "live"];
  const name = text.join(" ");
  const id = known.get(name) ?? namedUuid(name);
  if (known.size >= KNOWN_MAX) known.clear();
  known.set(name, id);
  return id;
}
