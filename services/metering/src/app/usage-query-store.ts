import type { Interval } from "@tollbook/domain";
import type { FoldedDays } from "../domain/usage-pieces.ts";

/** What usage can be grouped by. */
export type UsageDimension = "customer" | "key" | "endpoint" | "method" | "status-class";

/** Which usage; an empty list means all. */
export interface UsageFilter {
  readonly customerIds: readonly string[];
  readonly keyIds: readonly string[];
  readonly endpoints: readonly string[];
  readonly methods: readonly string[];
  readonly statusClasses: readonly number[];
  readonly test: boolean;
}

/** A question about usage, checked and complete. */
export interface UsageQuestion {
  /** Intervals without gaps, oldest first; at least one. */
  readonly intervals: readonly Interval[];
  readonly groupBy: readonly UsageDimension[];
  readonly filter: UsageFilter;
  /** Only so many of the biggest groups, the rest as one; 0 means all. */
  readonly top: number;
  readonly latency: boolean;
}

/** Which rows of an answer. */
export interface UsagePage {
  readonly offset: number;
  readonly count: number;
}

/** Where an export goes on: after these rows of one interval. */
export interface ExportPage {
  /** Names of the biggest groups, as `biggest` gave them; undefined: all. */
  readonly kept: readonly string[] | undefined;
  readonly after: UsageGroup | undefined;
  readonly count: number;
}

/** Sums, and the latency histogram if it was asked for. */
export interface UsageSums {
  readonly calls: bigint;
  readonly refused: bigint;
  readonly errors: bigint;
  readonly units: bigint;
  readonly bytes: bigint;
  /** Units of a meter, if one was asked for; the other figures are 0 then. */
  readonly value?: bigint;
  readonly latency: readonly number[];
}

/** The group a row stands for; what is not grouped by is undefined. */
export interface UsageGroup {
  readonly customerId: string | undefined;
  readonly keyId: string | undefined;
  readonly endpoint: string | undefined;
  readonly method: string | undefined;
  readonly statusClass: number | undefined;
  /** The sum of all groups beyond the biggest. */
  readonly other: boolean;
}

/** One row of an answer. */
export interface UsageRow extends UsageSums {
  /** Which of the question's intervals. */
  readonly interval: number;
  readonly group: UsageGroup;
}

/** Reads rollups, whole days where they are folded. */
export interface UsageQueryStore {
  /**
   * Rows ordered by interval, then by calls from most to least, at most `count`; whether there
   * are more; and the sums over the whole range.
   */
  answer(
    question: UsageQuestion,
    page: UsagePage,
    folded: FoldedDays | undefined,
  ): Promise<{ rows: UsageRow[]; more: boolean; total: UsageSums }>;
  /** Names of the question's biggest groups over its whole range; undefined if all are wanted. */
  biggest(
    question: UsageQuestion,
    folded: FoldedDays | undefined,
  ): Promise<readonly string[] | undefined>;
  /** Rows ordered by interval and group, at most one more than `count`. */
  exported(
    question: UsageQuestion,
    page: ExportPage,
    folded: FoldedDays | undefined,
  ): Promise<UsageRow[]>;
}
