import type { Receipt } from "../domain/receipt.ts";

/** What operators are shown of counting as it goes. */
export interface UsageWatch {
  /** A batch was answered for the first time. */
  counted(receipt: Receipt): void;
  /** Sums were proved, and so many did not agree. */
  proved(disagreeing: number): void;
}
