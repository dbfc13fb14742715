import type { Interval } from "@tollbook/domain";
import type { Meter } from "../domain/meter.ts";
import type { Place } from "../domain/meter-rule.ts";
import type { FoldedDays } from "../domain/usage-pieces.ts";
import type { UsageFilter, UsageGroup, UsagePage, UsageQuestion } from "./usage-query-store.ts";

/** Calls of one kind, as usage cells name them. */
export interface PlaceOfCalls extends Place {
  readonly statusClass: number;
}

/** What one call, or one declared unit, of a kind counts in one of a question's stretches. */
export interface PlaceUnits extends PlaceOfCalls {
  readonly stretch: number;
  readonly units: bigint;
}

/** A question about what a meter counted. */
export interface MeterQuestion extends Omit<UsageQuestion, "latency">, UsagePage {
  readonly meter: Meter;
  /** The question's time, cut where the meter's values change. */
  readonly stretches: readonly Interval[];
  /** For a meter that rollups can answer; what is not among these is not of the meter. */
  readonly places: readonly PlaceUnits[];
  /** Days that stand for their quarter hours. */
  readonly folded: FoldedDays | undefined;
}

/** What a meter counted in one group and interval. */
export interface MeterRow {
  /** Which of the question's intervals. */
  readonly interval: number;
  readonly group: UsageGroup;
  readonly value: bigint;
}

/** Reads what meters counted. */
export interface MeterQueryStore {
  /** The kinds of calls there are. */
  placesOf(filter: UsageFilter): Promise<PlaceOfCalls[]>;
  /** Rows ordered by interval, then by value from most to least; one more than `count` at most. */
  rows(question: MeterQuestion): Promise<MeterRow[]>;
  /** Over all intervals and groups. */
  total(question: MeterQuestion): Promise<bigint>;
}
