import type { LimitRefusal } from "./lease-protocol.ts";
import type { Hold } from "./usage-protocol.ts";

/** It may pass, as far as limits go; what it holds of leases goes with its usage item. */
export interface Admitted {
  readonly kind: "admitted";
  readonly hold: Hold | undefined;
  /** Let through by the failure mode: not every hard limit's lease covered it. */
  readonly failedOpen: boolean;
  /** The call is dated within the windows of the leases it holds (business time). */
  readonly notBeforeMs: number;
  readonly beforeMs: number;
}

/** A limit has no room. */
export interface Refused {
  readonly kind: "refused";
  readonly code: LimitRefusal;
  /** When there will be room; undefined if waiting does not help. */
  readonly retryAfterMs: number | undefined;
}

/** It cannot be known, and the failure mode is closed. */
export interface Unknown {
  readonly kind: "unknown";
}

/** What the limits say of a call. */
export type Admission = Admitted | Refused | Unknown;

/** The one Unknown there is. */
export const UNKNOWN: Unknown = { kind: "unknown" };
