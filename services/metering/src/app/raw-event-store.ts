import type { Interval } from "@tollbook/domain";
import type { RawEvent } from "../domain/raw-event.ts";
import type { UsageFilter } from "./usage-query-store.ts";

/** One call of the live log with its dimensions. */
export interface LoggedEvent extends Omit<RawEvent, "cellId" | "timeMs"> {
  readonly time: Date;
  readonly sample: boolean;
  readonly customerId: string;
  readonly keyId: string | undefined;
  readonly endpoint: string;
  readonly method: string;
}

/** Where a list of calls goes on: with those that come after this place, newest first. */
export interface EventPlace {
  readonly timeMs: number;
  readonly eventId: string;
  readonly sample: boolean;
}

/** Which calls of the live log. */
export interface EventQuestion {
  readonly filter: UsageFilter;
  /** Spans that do not overlap; none is longer than it has to be, since each is read through. */
  readonly spans: readonly Interval[];
  readonly after: EventPlace | undefined;
  readonly count: number;
}

/** Single calls of one account. */
export interface RawEventStore {
  /** Keeps calls for the live log; samples that are there already stay as they are. */
  add(events: readonly RawEvent[], sampled: boolean): Promise<void>;
  /** Calls newest first; at equal times by id, downwards. */
  list(question: EventQuestion): Promise<LoggedEvent[]>;
  /** Starts of quarter hours of the span with usage that fits the filter, newest first. */
  usedQuarterHours(filter: UsageFilter, span: Interval): Promise<Date[]>;
}
