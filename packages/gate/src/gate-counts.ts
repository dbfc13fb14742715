import type { VerdictCode } from "./verdict-code.ts";

/** How many calls were decided how, since the gate started: every way past a limit by itself. */
export interface GateCounts {
  /** Let through by the rules. */
  allowed: number;
  /** Turned away, by reason. */
  readonly refused: Partial<Record<VerdictCode, number>>;
  /** Let through by a failure mode, without units of every hard limit. */
  failedOpen: number;
  /** Let through by mode shadow though the rules refuse. */
  shadowed: number;
  /** Let through by mode meter-only, unjudged. */
  unjudged: number;
  /** Units declared when calls were settled, beyond what they had reserved. */
  unitsAfterAdmission: number;
  /** Calls that will never be counted (see `GateObserver.usageLost`). */
  lost: number;
}

/** All zero. */
export function newGateCounts(): GateCounts {
  const refused: GateCounts["refused"] = {};
  const none = { allowed: 0, failedOpen: 0, shadowed: 0, unjudged: 0 };
  return { ...none, refused, unitsAfterAdmission: 0, lost: 0 };
}
