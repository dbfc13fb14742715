import type { Correction } from "./correction.ts";
import type { CallerName, UsageHeading } from "./usage-heading.ts";

/** Units held of one lease. */
export interface HeldUnits {
  readonly counterId: string;
  readonly units: bigint;
}

/** What an item held of a gate's leases; "malformed" if it names no hold that can be. */
export interface Hold {
  readonly gateId: string;
  readonly units: readonly HeldUnits[];
}

/** Calls in one bucket of the latency histogram. */
export type LatencyCount = readonly [bucket: number, calls: number];

/** One event or cell as it was sent, nothing judged yet. */
export interface ReportedItem {
  readonly kind: "event" | "cell";
  /** Its place among the request's events or cells, from 0. */
  readonly index: number;
  /** Empty for a cell, and for a foreign event whose names make no sense. */
  readonly eventId: string;
  /** Its id was made from another system's; see foreignEventId. */
  readonly foreign: boolean;
  /** 64 bits over what it says; see itemHash. */
  readonly hash: bigint;
  readonly heading: UsageHeading;
  /** Admission, or the start of a cell's minute: milliseconds since 1970, NaN if it was not told. */
  readonly timeMs: number;
  /** Calls it stands for: 1 for an event. */
  readonly count: bigint;
  readonly units: bigint;
  readonly requestBytes: bigint;
  readonly responseBytes: bigint;
  readonly latency: readonly LatencyCount[];
  readonly properties: Readonly<Record<string, string>>;
  /** What it held; "malformed" if it names a hold that is not there or makes no sense. */
  readonly hold: Hold | "malformed" | undefined;
  /** A gate let it through on a budget, because metering could not be reached. */
  readonly failedOpen?: boolean;
  /** What it takes back, if it does. */
  readonly corrects: Correction | undefined;
  /** An event's latency, if it was measured: for the live log, which counts nothing. */
  readonly latencyUs?: number | undefined;
  /** The contract's numbers of why it was turned away and how it was admitted: for the live log. */
  readonly refusal?: number;
  readonly admission?: number;
}

/** An item that may be counted once it is known whose it is. */
export interface UsageItem extends ReportedItem {
  readonly heading: UsageHeading & { readonly caller: CallerName };
  readonly hold: Hold | undefined;
}

/** A whole request to add usage. */
export interface UsageBatch {
  readonly batchId: string;
  readonly recorderId: string | undefined;
  /** SHA-256 over the whole content, 32 bytes. */
  readonly contentSha256: Buffer;
  readonly items: readonly ReportedItem[];
  /** Single calls out of the batch's cells: shown in the live log, never counted. */
  readonly samples?: readonly ReportedItem[];
}

/** What an item held, if that makes sense: released even when the item itself is rejected. */
export function holdOf({ hold }: ReportedItem): Hold | undefined {
  return hold === "malformed" ? undefined : hold;
}
