import { fillMs, type LimitState } from "@tollbook/gate";

/** The headers of limits over HTTP (draft-ietf-httpapi-ratelimit-headers), as structured fields. */
export interface RateLimitHeaders {
  /** `"monthly calls";q=50000;w=2592000`. */
  readonly policy: string;
  /** `"monthly calls";r=1234;t=86400`. */
  readonly state: string;
}

/** What callers are told of the limits that can refuse them; undefined if there is none. */
export function rateLimitHeaders(
  limits: readonly LimitState[],
  businessMs: number,
): RateLimitHeaders | undefined {
  let [policy, state] = ["", ""];
  for (const each of limits) {
    const { hard, name, limit, remaining } = each;
    if (!hard) continue;
    const quoted = quotedName(name);
    const comma = policy === "" ? "" : ", ";
    policy += `${comma}${quoted};q=${limit}`;
    state += `${comma}${quoted};r=${remaining > 0n ? remaining : 0n}`;
    const { windowMs, resetsInMs } = timesOf(each, businessMs);
    if (windowMs !== undefined) policy += `;w=${seconds(windowMs)}`;
    if (resetsInMs !== undefined) state += `;t=${seconds(resetsInMs)}`;
  }
  return policy === "" ? undefined : { policy, state };
}

/** A rate has no window: its burst fills in that time, and what is missing of it in this. */
function timesOf(limit: LimitState, businessMs: number) {
  const { windowStartMs, resetsAtMs, remaining } = limit;
  const windowMs = fillMs(limit, limit.limit);
  if (windowMs !== undefined) {
    return { windowMs, resetsInMs: fillMs(limit, limit.limit - remaining) };
  }
  if (resetsAtMs === undefined) return {};
  const resetsInMs = resetsAtMs - businessMs;
  if (windowStartMs === undefined) return { resetsInMs };
  return { windowMs: resetsAtMs - windowStartMs, resetsInMs };
}

function seconds(ms: number): number {
  return Math.max(0, Math.ceil(ms / 1_000));
}

/** A string of a structured field is ASCII; other letters are percent-encoded. */
function quotedName(name: string): string {
  const ascii = name.toWellFormed().replace(/[^ -~]+/g, encodeURIComponent);
  return `"${ascii.replace(/["\\]/g, "\\$&")}"`;
}
