import { ALL_TIME, type Interval } from "@tollbook/domain";
import type { CounterKey } from "./counter.ts";
import { type CounterFigures, roomOf } from "./grant.ts";
import { refusesAt, type UsageLimit } from "./usage-limit.ts";

/** A limit with its counter in the running window. */
export interface Quota {
  readonly limit: UsageLimit;
  readonly counterId: string;
  readonly span: Interval;
  readonly consumed: bigint;
  readonly leased: bigint;
  readonly stranded: bigint;
  /** Units of vanished gates that were given to others in this window. */
  readonly reclaimed: bigint;
  readonly remaining: bigint;
}

/** A limit as its counter stands. */
export function quotaOf(
  limit: UsageLimit,
  { counterId, span }: CounterKey,
  figures: CounterFigures & { readonly reclaimed: bigint },
): Quota {
  const { consumed, leased, stranded, reclaimed } = figures;
  const remaining = roomOf(figures, limit.hard ? refusesAt(limit) : limit.quota);
  return { limit, counterId, span, consumed, leased, stranded, reclaimed, remaining };
}

/** Whether a span has a beginning and an end that mean something: a total's do not. */
export function isBounded(span: Interval): boolean {
  return span.start.getTime() !== ALL_TIME.start.getTime();
}
