import type { LatencyCount } from "./usage-item.ts";

/** What is kept of a counted cell with its batch, so that it can be taken back. */
export interface CellRecord {
  /** Its place among the batch's cells. */
  readonly index: number;
  /** See cellIdentity. */
  readonly identity: bigint;
  readonly count: bigint;
  readonly units: bigint;
  readonly requestBytes: bigint;
  readonly responseBytes: bigint;
  readonly latency: readonly LatencyCount[];
}
