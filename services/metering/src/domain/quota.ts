import { ALL_TIME, type Interval } from "@tollbook/domain";
import { type CounterFigures, roomOf } from "./grant.ts";
import { refusesAt, type UsageLimit } from "./usage-limit.ts";

/** A limit with its counter in the running window. */
export interface Quota {
  readonly limit: UsageLimit;
  readonly span: Interval;
  readonly consumed: bigint;
  readonly leased: bigint;
  readonly stranded: bigint;
  readonly remaining: bigint;
}

/** A limit as its counter stands. */
export function quotaOf(limit: UsageLimit, span: Interval, figures: CounterFigures): Quota {
  const { consumed, leased, stranded } = figures;
  const remaining = roomOf(figures, limit.hard ? refusesAt(limit) : limit.quota);
  return { limit, span, consumed, leased, stranded, remaining };
}

/** Whether a span has a beginning and an end that mean something: a total's do not. */
export function isBounded(span: Interval): boolean {
  return span.start.getTime() !== ALL_TIME.start.getTime();
}
