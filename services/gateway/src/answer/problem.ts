import { STATUS_CODES } from "node:http";
import { DomainError, type ErrorKind, type FieldViolation } from "@tollbook/domain";
import { HttpRefusal } from "./http-refusal.ts";
import { refusalOfServer } from "./server-refusal.ts";

/** An RFC 9457 problem, as the body of every answer that is not a success. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  /** UPPER_SNAKE, listed in docs/errors.md: what programs branch on. */
  reason: string;
  metadata?: Readonly<Record<string, string>>;
  violations?: readonly FieldViolation[];
  /** The limits that had no room (problem type quota-exceeded). */
  "violated-policies"?: { name: string; detail: string }[];
  traceId?: string;
}

export interface ProblemAnswer {
  problem: Problem;
  headers: Record<string, string>;
  /** True if the error says nothing to the caller and has to be in the log. */
  unexpected: boolean;
}

/** What the caller is told of an error. */
export function problemOf(error: unknown): ProblemAnswer {
  if (error instanceof DomainError) return problemOfDomainError(error);
  const refusal = error instanceof HttpRefusal ? error : refusalOfServer(error);
  if (refusal === undefined) return unexpectedProblem();
  const { status, reason, message, headers } = refusal;
  const problem = { ...base(status, reason), detail: message };
  return { problem, headers: { ...headers }, unexpected: false };
}

function problemOfDomainError(error: DomainError): ProblemAnswer {
  if (error.kind === "internal") return unexpectedProblem(error.metadata.trace_id);
  const status = statusOf(error);
  const problem: Problem = { ...base(status, error.reason), detail: error.message };
  if (Object.keys(error.metadata).length > 0) problem.metadata = error.metadata;
  if (error.violations) problem.violations = error.violations;
  if (error.quota) {
    problem.type = quotaExceededType;
    problem["violated-policies"] = error.quota.map(({ subject, description }) => ({
      name: subject,
      detail: description,
    }));
  }
  return { problem, headers: headersOf(error, status), unexpected: false };
}

function base(status: number, reason: string): Omit<Problem, "detail"> {
  const type = `urn:tollbook:problem:${reason}`;
  return { type, title: STATUS_CODES[status] ?? "Error", status, reason };
}

function unexpectedProblem(traceId?: string): ProblemAnswer {
  const detail = "Something went wrong on our side. It has been logged under the trace id.";
  const problem = { ...base(500, "INTERNAL"), detail, ...(traceId ? { traceId } : {}) };
  return { problem, headers: {}, unexpected: true };
}

/** Registered with IANA for limits over HTTP. */
const quotaExceededType = "https://iana.org/assignments/http-problem-types#quota-exceeded";

const statuses: Record<ErrorKind, number> = {
  invalid: 400,
  unauthenticated: 401,
  "permission-denied": 403,
  "not-found": 404,
  conflict: 409,
  "failed-precondition": 409,
  exhausted: 429,
  unavailable: 503,
  unimplemented: 501,
  internal: 500,
};

/** Two reasons have an HTTP status of their own. */
const statusesByReason: Readonly<Record<string, number>> = {
  PAYMENT_REQUIRED: 402,
  DEADLINE_EXCEEDED: 504,
};

function statusOf({ kind, reason }: DomainError): number {
  return statusesByReason[reason] ?? statuses[kind];
}

/** A service that is down is worth another try soon, even when it could not say so itself. */
const retryAfterOutageMs = 1_000;

function headersOf(error: DomainError, status: number): Record<string, string> {
  if (status === 401) return { "www-authenticate": 'Bearer realm="tollbook"' };
  const outage = error.kind === "unavailable" ? retryAfterOutageMs : undefined;
  const waitMs = error.retryAfterMs ?? outage;
  if (waitMs === undefined) return {};
  return { "retry-after": String(Math.max(1, Math.ceil(waitMs / 1_000))) };
}
