import type { UsageRefusal } from "./usage-protocol.ts";

/** The decision: precise for the account; its callers are told the coarser HTTP status. */
export type VerdictCode =
  | "ALLOWED"
  | "KEY_MISSING"
  | "KEY_MALFORMED"
  | "KEY_UNKNOWN"
  | "KEY_REVOKED"
  | "KEY_EXPIRED"
  | "KEY_DISABLED"
  | "ACCOUNT_SUSPENDED"
  | "CUSTOMER_SUSPENDED"
  | "PAYMENT_REQUIRED"
  | "IP_DENIED"
  | "SCOPE_DENIED"
  | "RATE_LIMITED"
  | "QUOTA_EXHAUSTED"
  | "UNAVAILABLE";

/** The HTTP status a caller is answered with. */
export function httpStatusOf(code: VerdictCode): number {
  return FATES[code].status;
}

/** How usage remembers the refusal; undefined if the call passed or nobody is known to charge. */
export function usageRefusalOf(code: VerdictCode): UsageRefusal | undefined {
  return FATES[code].refusal;
}

const FATES: Record<VerdictCode, { status: number; refusal?: UsageRefusal }> = {
  ALLOWED: { status: 200 },
  KEY_MISSING: { status: 401 },
  KEY_MALFORMED: { status: 401 },
  KEY_UNKNOWN: { status: 401 },
  KEY_REVOKED: { status: 401, refusal: "KEY_NOT_ACTIVE" },
  KEY_EXPIRED: { status: 401, refusal: "KEY_NOT_ACTIVE" },
  KEY_DISABLED: { status: 401, refusal: "KEY_NOT_ACTIVE" },
  ACCOUNT_SUSPENDED: { status: 403, refusal: "SUSPENDED" },
  CUSTOMER_SUSPENDED: { status: 403, refusal: "SUSPENDED" },
  PAYMENT_REQUIRED: { status: 402, refusal: "PAYMENT_REQUIRED" },
  IP_DENIED: { status: 403, refusal: "IP_DENIED" },
  SCOPE_DENIED: { status: 403, refusal: "SCOPE_DENIED" },
  RATE_LIMITED: { status: 429, refusal: "RATE_LIMITED" },
  QUOTA_EXHAUSTED: { status: 429, refusal: "QUOTA_EXHAUSTED" },
  UNAVAILABLE: { status: 503, refusal: "UNAVAILABLE" },
};
