/** What is wrong with one field of a form. */
export interface Violation {
  field: string;
  reason: string;
  description: string;
}

/** An answer that was not a success: RFC 9457 problem+json, or that there was none. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly status: number;
  readonly reason: string;
  readonly violations: readonly Violation[];
  readonly traceId: string | undefined;

  constructor(status: number, body: ProblemBody) {
    super(body.detail ?? "Tollbook gave an answer that cannot be understood.");
    this.status = status;
    this.reason = body.reason ?? "UNKNOWN";
    this.violations = body.violations ?? [];
    this.traceId = body.traceId;
  }
}

interface ProblemBody {
  detail?: string;
  reason?: string;
  violations?: Violation[];
  traceId?: string;
}

export const unreachable = () =>
  new Problem(0, {
    reason: "UNREACHABLE",
    detail: "Tollbook cannot be reached. Check the connection; nothing is lost by trying again.",
  });

/** Whatever was thrown, as something that can be shown. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  console.error(error);
  return new Problem(0, { detail: "The dashboard made a mistake. Load the page again." });
}

/** True for what is described in the API and not built yet. */
export function isNotBuilt(error: Problem | undefined): boolean {
  return error?.status === 501;
}
