import { DomainError } from "@tollbook/domain";

/** Callers are told to come back after this long; long enough for a failover to begin. */
const retryAfterMs = 1_000;

const unreachableCodes = new Set([
  "57P01", // admin_shutdown
  "57P02", // crash_shutdown
  "57P03", // cannot_connect_now
  "57P05", // idle_session_timeout
  "53300", // too_many_connections
  "25006", // read_only_sql_transaction: the primary has moved
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
]);
const overloadedCodes = new Set([
  "57014", // query_canceled: statement_timeout
  "25P03", // idle_in_transaction_session_timeout
  "55P03", // lock_not_available
  "53100", // disk_full
  "53200", // out_of_memory
]);
/** The pool and the pg client give some connection faults no code, only these words. */
const unreachableWords =
  /Connection (terminated|ended)|timeout exceeded when trying to connect|queryable|read timeout/;

/** True when PostgreSQL asks for the whole transaction to be run again. */
export function asksToRunAgain(error: unknown): boolean {
  const code = codeOf(error);
  return code === "40001" || code === "40P01";
}

/** Whether a statement was refused only because one before it in its transaction had failed. */
export function isAborted(error: unknown): boolean {
  return codeOf(error) === "25P02";
}

/**
 * A database fault in the words callers know: UNAVAILABLE with STORAGE_UNAVAILABLE when the
 * database cannot be reached (the outcome of a commit under way is unknown), STORAGE_BUSY when it
 * could not finish in time. Anything else comes back as it is: a bug, or a constraint that the
 * caller of `inAccount` turns into its own words.
 */
export function storageError(error: unknown): unknown {
  if (error instanceof DomainError) return error;
  const code = codeOf(error);
  if (isConnectionLost(error)) return unreachable(error);
  if (asksToRunAgain(error)) return unavailable("STORAGE_BUSY", busy, error);
  if (code !== undefined && overloadedCodes.has(code)) {
    return unavailable("STORAGE_BUSY", busy, error);
  }
  return error;
}

/** UNAVAILABLE with STORAGE_UNAVAILABLE; the cause is for the log. */
export function unreachable(cause: unknown): DomainError {
  const sentence = "The database cannot be reached right now; please try again.";
  return unavailable("STORAGE_UNAVAILABLE", sentence, cause);
}

const busy = "The database could not finish this in time; please try again.";

function unavailable(reason: string, sentence: string, cause: unknown): DomainError {
  return new DomainError("unavailable", reason, sentence, {}, { retryAfterMs, cause });
}

/** Whether the server cannot be reached, or has ended or forgotten this connection. */
export function isConnectionLost(error: unknown): boolean {
  const code = codeOf(error);
  if (code !== undefined) return unreachableCodes.has(code) || /^08/.test(code);
  return error instanceof Error && unreachableWords.test(error.message);
}

/** SQLSTATE or Node's error code, also when MikroORM has wrapped the driver's error. */
export function codeOf(error: unknown): string | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    const { code } = at as { code?: unknown };
    if (typeof code === "string") return code;
    // Node groups the attempts on several addresses of one host.
    if (at instanceof AggregateError && at.errors.length > 0) return codeOf(at.errors[0]);
  }
  return undefined;
}
