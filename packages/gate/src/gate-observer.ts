import type { ItemRejection, UsageBatch } from "./usage-protocol.ts";

/** A batch of which items were not taken. `rejections` are the first 100. */
export interface RejectedUsage {
  readonly batch: UsageBatch;
  readonly rejected: number;
  readonly rejections: readonly ItemRejection[];
  readonly rejectedByReason: Readonly<Record<string, number>>;
}

/** Which dependency is in trouble. */
export type TroubleKind = "resolve-key" | "watch-keys" | "leases" | "record-usage";

/**
 * What a gate tells its host, for logs and metrics. None is called on the warm path; what they throw
 * is lost.
 */
export interface GateObserver {
  /** Metering will never take these items; their holds are released. */
  usageRejected?(rejected: RejectedUsage): void;
  /** Calls that will never be counted: only in mode meter-only, and refused calls past the bound. */
  usageLost?(calls: number): void;
  /** A port failed; it is tried again. */
  trouble?(kind: TroubleKind, error: unknown): void;
}

/** The same observer, but whatever it throws stays with it: a log must not stop the counting. */
export function quietly(observer: GateObserver): GateObserver {
  return {
    usageRejected: (rejected) => attempt(() => observer.usageRejected?.(rejected)),
    usageLost: (calls) => attempt(() => observer.usageLost?.(calls)),
    trouble: (kind, error) => attempt(() => observer.trouble?.(kind, error)),
  };
}

function attempt(tell: () => void): void {
  try {
    tell();
  } catch {
    // The host's own affair.
  }
}
