import type { Interval } from "@tollbook/domain";
import type { PlaceSums } from "../domain/meter-rule.ts";
import type { FoldedDay, WrongDays } from "../domain/proved-day.ts";
import type { ReconciledSum, Reconciliation } from "../domain/reconciled-sum.ts";
import type { FoldedDays } from "../domain/usage-pieces.ts";
import type { ProvedDays } from "./prove-days.ts";
import type { UsageSubject } from "./seal-store.ts";

/** A subject's time, in which nothing changes that its meter counts by. */
export interface SubjectSpan extends Interval {
  readonly subject: UsageSubject;
}

/** The sums of design's last rule, and what was proved of them. */
export interface ReconciliationStore {
  /** Sums that need nothing of days. */
  sums(): Promise<ReconciledSum[]>;
  /** What batches counted, and those that were dropped. */
  callsOfBatches(): Promise<bigint>;
  /** Days of customers, oldest first, and the last proof of each. */
  foldedDays(folded: FoldedDays, recentFrom: Date): Promise<FoldedDay[]>;
  /**
   * Calls and refused calls that none of these days has, and those of months that were dropped; and
   * whether any of them should have been in a day.
   */
  callsBesides(days: Interval | undefined): Promise<{ calls: bigint; unfolded: boolean }>;
  /** Which of these days are not what their quarter hours add up to, cell by cell. */
  wrongDays(folded: FoldedDays, days: readonly FoldedDay[]): Promise<WrongDays>;
  /** Remembers proofs of days, and forgets those of days that are no more. */
  saveDays(days: Pick<ProvedDays, "folded" | "all" | "proved">): Promise<void>;
  /** Live calls by kind of each span, from days where they are folded. */
  callsOfEach(
    spans: readonly SubjectSpan[],
    folded: FoldedDays | undefined,
  ): Promise<PlaceSums[][]>;
  /** Since when rollups are still there; undefined if none was dropped. */
  keptFrom(): Promise<Date | undefined>;
  find(): Promise<Reconciliation | undefined>;
  save(proof: Reconciliation): Promise<void>;
}
