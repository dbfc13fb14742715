/**
 * What went wrong, in the ten words every door understands. One file of packages/service maps
 * them to gRPC status codes, and the gateway from there to HTTP.
 */
export type ErrorKind =
  | "invalid"
  | "unauthenticated"
  | "permission-denied"
  | "not-found"
  | "conflict"
  | "failed-precondition"
  | "exhausted"
  | "unavailable"
  | "unimplemented"
  | "internal";

/** One fault of one field of a request, as `google.rpc.BadRequest` carries it. */
export interface FieldViolation {
  /** Path of the field as the caller knows it: `events[3].units`. */
  readonly field: string;
  /** UPPER_SNAKE, listed in docs/errors.md. */
  readonly reason: string;
  /** A sentence that is safe to show. */
  readonly description: string;
}

/** One limit that had no room, as `google.rpc.QuotaFailure` carries it. */
export interface QuotaViolation {
  /** Whose limit: `customer:abc`, `key:…`. */
  readonly subject: string;
  /** A sentence that is safe to show. */
  readonly description: string;
}

/** What an error may carry besides its kind, reason, sentence and metadata. */
export interface ErrorExtra {
  readonly violations?: readonly FieldViolation[] | undefined;
  /** When asking again makes sense, counted from now. */
  readonly retryAfterMs?: number | undefined;
  readonly quota?: readonly QuotaViolation[] | undefined;
  /** What lies beneath; logged, never shown. */
  readonly cause?: unknown;
}

/**
 * The only error that crosses a door with its words intact: everything in it except `cause` is
 * public. Any other error is a bug, and is answered INTERNAL without a word.
 */
export class DomainError extends Error {
  override readonly name = "DomainError";
  readonly kind: ErrorKind;
  /** UPPER_SNAKE, listed in docs/errors.md; what programs branch on. */
  readonly reason: string;
  /** Ids and figures a program may want; public. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly violations: readonly FieldViolation[] | undefined;
  readonly retryAfterMs: number | undefined;
  readonly quota: readonly QuotaViolation[] | undefined;

  constructor(
    kind: ErrorKind,
    reason: string,
    message: string,
    metadata: Readonly<Record<string, string>> = {},
    extra: ErrorExtra = {},
  ) {
    super(message, extra.cause === undefined ? undefined : { cause: extra.cause });
    this.kind = kind;
    this.reason = reason;
    this.metadata = metadata;
    this.violations = extra.violations;
    this.retryAfterMs = extra.retryAfterMs;
    this.quota = extra.quota;
  }
}

/** An "invalid" error about one field; the sentence starts with the field's name. */
export function invalidField(field: string, reason: string, description: string): DomainError {
  const violations = [{ field, reason, description }];
  return new DomainError("invalid", reason, `${field}: ${description}`, { field }, { violations });
}
