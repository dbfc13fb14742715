import type { Admission, Admitted } from "./admission.ts";
import type { DecisionMode } from "./gate-call.ts";
import type { GateCounts } from "./gate-counts.ts";
import type { GateMode } from "./gate-settings.ts";
import type { UsageAdmission, UsageRefusal } from "./usage-protocol.ts";
import type { VerdictCode } from "./verdict-code.ts";
import { usageRefusalOf } from "./verdict-code.ts";

/** When to come back if it could not be known. */
const UNAVAILABLE_RETRY_MS = 1_000;

/** How a call was decided, and what its usage item will say of it. */
export interface Decision {
  readonly code: VerdictCode;
  readonly allowed: boolean;
  readonly mode: DecisionMode;
  readonly retryAfterMs: number | undefined;
  readonly admission: UsageAdmission | undefined;
  readonly refusal: UsageRefusal | undefined;
}

/** What was found out about a call: by its limits, or before they were asked for. */
export type Finding = Admission | VerdictCode;

/** The decision that follows from a finding in each mode; also counts it. */
export function decide(finding: Finding, mode: GateMode, counts: GateCounts): Decision {
  if (typeof finding === "object" && finding.kind === "admitted") {
    counts[finding.failedOpen ? "failedOpen" : "allowed"] += 1;
    return finding.failedOpen ? FAILED_OPEN : HELD;
  }
  const code = codeOf(finding);
  const retryAfterMs = retryOf(finding);
  if (mode === "enforce") {
    counts.refused[code] = (counts.refused[code] ?? 0) + 1;
    const refusal = usageRefusalOf(code);
    return { code, allowed: false, mode: "enforced", retryAfterMs, admission: undefined, refusal };
  }
  const admission = mode === "shadow" ? mode : undefined;
  counts[mode === "shadow" ? "shadowed" : "unjudged"] += 1;
  return { code, allowed: true, mode, retryAfterMs, admission, refusal: undefined };
}

/** Business time a call is dated: now, but within the windows of the leases it holds. */
export function dateOf(finding: Finding, businessMs: number): number {
  if (typeof finding === "string" || finding.kind !== "admitted") return Math.floor(businessMs);
  const { notBeforeMs, beforeMs } = finding;
  return Math.floor(Math.min(Math.max(businessMs, notBeforeMs), beforeMs - 1));
}

/** One for all calls that are let through: the warm path makes no object for it. */
const HELD: Decision = {
  code: "ALLOWED",
  allowed: true,
  mode: "enforced",
  retryAfterMs: undefined,
  admission: "held",
  refusal: undefined,
};

const FAILED_OPEN: Decision = { ...HELD, mode: "failed-open", admission: "failed-open" };

function codeOf(finding: Exclude<Finding, Admitted>): VerdictCode {
  if (typeof finding === "string") return finding;
  return finding.kind === "refused" ? finding.code : "UNAVAILABLE";
}

function retryOf(finding: Exclude<Finding, Admitted>): number | undefined {
  if (typeof finding === "object" && finding.kind === "refused") return finding.retryAfterMs;
  return codeOf(finding) === "UNAVAILABLE" ? UNAVAILABLE_RETRY_MS : undefined;
}
