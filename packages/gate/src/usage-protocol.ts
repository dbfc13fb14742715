import type { LimitRefusal } from "./lease-protocol.ts";

/** Why a call was turned away, as usage remembers it. */
export type UsageRefusal =
  | LimitRefusal
  | "SCOPE_DENIED"
  | "IP_DENIED"
  | "KEY_NOT_ACTIVE"
  | "SUSPENDED"
  | "UNAVAILABLE";

/** How a call came past its limits; absent if no gate judged it (meter-only). */
export type UsageAdmission = "held" | "failed-open" | "shadow";

/** Units held of one lease: whole, a safe number. */
export interface HeldUnits {
  readonly counterId: string;
  readonly units: number;
}

/**
 * What one item holds of a gate's leases. Counting or finally rejecting the item releases exactly
 * this. The gate is named because a restarted process may send what its predecessor admitted.
 */
export interface Hold {
  readonly gateId: string;
  readonly units: readonly HeldUnits[];
}

/** One call. Times are business time in milliseconds; bytes and units are whole. */
export interface UsageEvent {
  /** UUIDv7: counted once, whoever sends it. */
  readonly eventId: string;
  /** The key, or its SHA-256 in hex where the key could not be resolved. */
  readonly caller: { readonly keyId: string } | { readonly keySha256: string };
  readonly endpoint: string;
  readonly method: string;
  /** HTTP status of the response; 0 if refused or not known. */
  readonly status: number;
  /** When the call was admitted. */
  readonly timeMs: number;
  /** Absent if not measured. */
  readonly latencyUs?: number | undefined;
  readonly requestBytes: number;
  readonly responseBytes: number;
  readonly units: number;
  readonly properties?: Readonly<Record<string, string>> | undefined;
  readonly refusal?: UsageRefusal | undefined;
  readonly admission?: UsageAdmission | undefined;
  /** Which of the batch's holds, counted from 1; 0 means none. */
  readonly hold: number;
}

/** Calls of the same caller, endpoint, method, status, minute, fate and leases. */
export interface UsageCell {
  readonly caller: { readonly keyId: string } | { readonly keySha256: string };
  readonly endpoint: string;
  readonly method: string;
  readonly status: number;
  readonly minuteMs: number;
  /** Calls in the cell, at least 1. */
  readonly count: number;
  /** Sum of the declared units, at most 10^12. */
  readonly units: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** Calls per bucket of the latency histogram, missing ones 0; absent if none was measured. */
  readonly latency?: readonly number[] | undefined;
  readonly refusal?: UsageRefusal | undefined;
  readonly admission?: UsageAdmission | undefined;
  readonly hold: number;
}

/**
 * A batch as it is sent: frozen, so that each repeat under its id has the same content. At most
 * 10,000 events and cells together and about 1 MiB. The same object is given at each repeat, so
 * that an adapter may keep its encoded bytes.
 */
export interface UsageBatch {
  readonly batchId: string;
  /** The recorder that sends it (UUIDv7). */
  readonly recorderId: string;
  readonly events: readonly UsageEvent[];
  readonly cells: readonly UsageCell[];
  /** Some of the calls in the cells, for the live log; never counted. */
  readonly samples: readonly UsageEvent[];
  readonly holds: readonly Hold[];
}

/** One item that was not taken: its place among the batch's events or cells, and why. */
export interface ItemRejection {
  readonly kind: "event" | "cell";
  readonly index: number;
  readonly reason: string;
  readonly message: string;
}

/** The promise that a batch is counted. */
export interface UsageReceipt {
  readonly counted: number;
  readonly duplicates: number;
  readonly rejected: number;
  /** The first 100. */
  readonly rejections: readonly ItemRejection[];
  readonly rejectedByReason: Readonly<Record<string, number>>;
  /** Events to send again, in a new batch under the same ids: not known yet whose they are. */
  readonly retryEvents: readonly number[];
  /** Cells to send again in a new batch. */
  readonly retryCells: readonly number[];
  /** The service's business time. */
  readonly businessMs: number;
  readonly eventMeterIds: readonly string[];
}
