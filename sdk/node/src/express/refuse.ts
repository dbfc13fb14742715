import { type ServerResponse, STATUS_CODES } from "node:http";
import { httpStatusOf, type LimitState, type Verdict } from "@tollbook/gate";

/** Registered with IANA for limits over HTTP. */
const QUOTA_EXCEEDED = "https://iana.org/assignments/http-problem-types#quota-exceeded";

/**
 * The longest a caller is told to wait. A month's quota may be raised, or paid for, long before
 * the month is over; when it resets by itself is in the RateLimit header.
 */
const RETRY_AFTER_MAX_S = 3_600;

/** Answers a call that may not pass, as RFC 9457 problem+json. */
export function refuse(method: string | undefined, response: ServerResponse, verdict: Verdict) {
  const status = httpStatusOf(verdict.code);
  const body = JSON.stringify(problemOf(status, verdict));
  response.statusCode = status;
  response.setHeader("content-type", "application/problem+json; charset=utf-8");
  response.setHeader("content-length", Buffer.byteLength(body));
  if (status === 401) response.setHeader("www-authenticate", 'Bearer realm="api"');
  const waitS = retryAfterS(status, verdict.retryAfterMs);
  if (waitS !== undefined) response.setHeader("retry-after", waitS);
  response.end(method === "HEAD" ? undefined : body);
}

/** Callers are told less than the owner: not why a key is no good, nor whose fault it is. */
function problemOf(status: number, { code, limits }: Verdict): Record<string, unknown> {
  const title = STATUS_CODES[status];
  if (status !== 429) return { type: "about:blank", title, status, detail: details[status] };
  const detail = code === "RATE_LIMITED" ? "Too many calls at once." : "The quota is used up.";
  const violated = limits.filter(isUsedUp).map(({ name }) => ({ name }));
  return { type: QUOTA_EXCEEDED, title, status, detail, "violated-policies": violated };
}

function isUsedUp({ hard, remaining }: LimitState): boolean {
  return hard && remaining <= 0n;
}

const details: Readonly<Record<number, string>> = {
  401: "This API needs a valid API key.",
  402: "Calls with this API key wait for a payment.",
  403: "This API key may not make this call.",
  503: "Whether this call may pass cannot be told right now; please try again.",
};

function retryAfterS(status: number, retryAfterMs: number | undefined): number | undefined {
  if (retryAfterMs === undefined || (status !== 429 && status !== 503)) return undefined;
  return Math.min(RETRY_AFTER_MAX_S, Math.max(1, Math.ceil(retryAfterMs / 1_000)));
}
