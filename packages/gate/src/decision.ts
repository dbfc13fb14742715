import type { Admission, Admitted } from "./admission.ts";
import type { DecisionMode } from "./gate-call.ts";
import type { GateCounts } from "./gate-counts.ts";
import type { GateMode } from "./gate-settings.ts";
import type { Hold, UsageAdmission, UsageRefusal } from "./usage-protocol.ts";
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
  readonly hold: Hold | undefined;
  readonly admission: UsageAdmission | undefined;
  readonly refusal: UsageRefusal | undefined;
  /** Business time the call is dated, whole milliseconds. */
  readonly admittedAtMs: number;
}

/** What was found out about a call: by its limits, or before they were asked for. */
export type Finding = Admission | VerdictCode;

/** The decision that follows from a finding in each mode; also counts it. */
export function decide(
  finding: Finding,
  mode: GateMode,
  businessMs: number,
  counts: GateCounts,
): Decision {
  if (typeof finding === "object" && finding.kind === "admitted") {
    return admit(finding, businessMs, counts);
  }
  const code = codeOf(finding);
  const admittedAtMs = Math.floor(businessMs);
  const retryAfterMs = retryOf(finding);
  const plain = { code, retryAfterMs, admittedAtMs, hold: undefined };
  if (mode === "enforce") {
    counts.refused[code] = (counts.refused[code] ?? 0) + 1;
    const refusal = usageRefusalOf(code);
    return { ...plain, allowed: false, mode: "enforced", admission: undefined, refusal };
  }
  const passing = { ...plain, allowed: true, refusal: undefined };
  if (mode === "shadow") {
    counts.shadowed += 1;
    return { ...passing, mode, admission: "shadow" };
  }
  counts.unjudged += 1;
  return { ...passing, mode, admission: undefined };
}

function admit(admitted: Admitted, businessMs: number, counts: GateCounts): Decision {
  const { failedOpen, hold, notBeforeMs, beforeMs } = admitted;
  if (failedOpen) counts.failedOpen += 1;
  else counts.allowed += 1;
  return {
    code: "ALLOWED",
    allowed: true,
    mode: failedOpen ? "failed-open" : "enforced",
    retryAfterMs: undefined,
    hold,
    admission: failedOpen ? "failed-open" : "held",
    refusal: undefined,
    admittedAtMs: Math.floor(Math.min(Math.max(businessMs, notBeforeMs), beforeMs - 1)),
  };
}

function codeOf(finding: Exclude<Finding, Admitted>): VerdictCode {
  if (typeof finding === "string") return finding;
  return finding.kind === "refused" ? finding.code : "UNAVAILABLE";
}

function retryOf(finding: Exclude<Finding, Admitted>): number | undefined {
  if (typeof finding === "object" && finding.kind === "refused") return finding.retryAfterMs;
  return codeOf(finding) === "UNAVAILABLE" ? UNAVAILABLE_RETRY_MS : undefined;
}
