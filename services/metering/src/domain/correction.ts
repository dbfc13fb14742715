import type { CellRecord } from "./cell-record.ts";
import type { RejectionReason } from "./rejection.ts";
import type { LatencyCount, UsageItem } from "./usage-item.ts";

/** What an item takes back; "malformed" if it names nothing that can be. */
export type Correction =
  | { readonly kind: "event"; readonly eventId: string }
  | { readonly kind: "cell"; readonly batchId: string; readonly index: number }
  | "malformed";

/** The same for the same correction; empty for none. */
export function correctionName(correction: Correction | undefined): string {
  if (correction === undefined || correction === "malformed") return correction ?? "";
  if (correction.kind === "event") return correction.eventId;
  return `${correction.batchId} ${correction.index}`;
}

/** Figures of a cell, or what was taken back of it so far. */
export type CellFigures = Pick<
  CellRecord,
  "count" | "units" | "requestBytes" | "responseBytes" | "latency"
>;

/** 64 bits over what makes a cell the one it is, and not how much is in it. */
export function cellIdentity({ heading }: UsageItem): bigint {
  return heading.hash;
}

/** Why an item cannot take back from a cell of which this much was taken, or undefined. */
export function cellFault(
  item: UsageItem,
  record: CellRecord,
  taken: CellFigures,
): RejectionReason | undefined {
  if (cellIdentity(item) !== record.identity) return "CORRECTION_DIFFERS";
  const after = plus(taken, item);
  const fits =
    after.count <= record.count &&
    after.units <= record.units &&
    after.requestBytes <= record.requestBytes &&
    after.responseBytes <= record.responseBytes &&
    after.latency.every(([bucket, calls]) => calls <= callsIn(record.latency, bucket));
  return fits ? undefined : "CORRECTION_TOO_LARGE";
}

/** Both together. */
export function plus(one: CellFigures, other: CellFigures): CellFigures {
  const buckets = new Set([...one.latency, ...other.latency].map(([bucket]) => bucket));
  return {
    count: one.count + other.count,
    units: one.units + other.units,
    requestBytes: one.requestBytes + other.requestBytes,
    responseBytes: one.responseBytes + other.responseBytes,
    latency: [...buckets].map((bucket) => {
      return [bucket, callsIn(one.latency, bucket) + callsIn(other.latency, bucket)];
    }),
  };
}

function callsIn(latency: readonly LatencyCount[], bucket: number): number {
  return latency.reduce((sum, [at, calls]) => (at === bucket ? sum + calls : sum), 0);
}
