import type { Receipt } from "../domain/receipt.ts";
import type { WayPast } from "../domain/units-past.ts";

/** What operators are shown of counting as it goes. */
export interface UsageWatch {
  /** A batch of so many items was answered for the first time. */
  counted(receipt: Receipt, items: number): void;
  /** Calls were counted after their period had been sealed; below zero: taken back. */
  late(calls: bigint): void;
  /** Units came past hard limits. */
  passed(units: ReadonlyMap<WayPast, bigint>): void;
  /** Units that vanished gates hold of windows that run, of all accounts. */
  stranded(units: bigint): void;
  /** Sums were proved, and so many did not agree. */
  proved(disagreeing: number): void;
}
