import { DomainError, type FieldViolation } from "@tollbook/domain";

/** What of a receipt matters here, as canonical proto JSON has it. */
export interface ReceiptJson {
  readonly counted: string;
  readonly duplicates: string;
  readonly rejected: string;
  readonly rejections: readonly { event?: number; reason: string; message: string }[];
  readonly retryEvents: readonly number[];
}

/** Auth is away, or has not heard of a new customer; both are soon over. */
const RETRY_AFTER_MS = 1_000;

/** Some events were not known whose they are: all may be sent again, since ids tell repeats. */
export function refuseUnknownYet({ counted, duplicates, retryEvents }: ReceiptJson): void {
  if (retryEvents.length === 0) return;
  const sentence =
    "It cannot be known right now whose some events are; send all again, none counts twice.";
  const metadata = { counted, duplicates, unknown: String(retryEvents.length) };
  const extra = { retryAfterMs: RETRY_AFTER_MS };
  throw new DomainError("unavailable", "EVENTS_NOT_KNOWN_YET", sentence, metadata, extra);
}

/** Says which events were not counted, and that the others were. */
export function eventsRejected(
  violations: readonly FieldViolation[],
  figures: { counted: string; duplicates: string; rejected: string },
): DomainError {
  const { rejected } = figures;
  const sentence =
    `${rejected} of these events cannot be counted as they are; all others are counted. Mend them ` +
    "and send them again, alone or with all: none counts twice.";
  return new DomainError("invalid", "EVENTS_REJECTED", sentence, figures, { violations });
}

/** The attribute of a CloudEvent that a reason speaks of. */
const ATTRIBUTES: Readonly<Record<string, string>> = {
  CALLER_MALFORMED: "subject",
  CUSTOMER_UNKNOWN: "subject",
  TIME_TOO_OLD: "time",
  TIME_IN_FUTURE: "time",
  ENDPOINT_INVALID: "data.endpoint",
  METHOD_INVALID: "data.method",
  STATUS_INVALID: "data.status",
  UNITS_OUT_OF_RANGE: "data.units",
  BYTES_OUT_OF_RANGE: "data.responseBytes",
  PROPERTIES_INVALID: "data.properties",
};

/** The rejections of a receipt; `placeOf` knows where an event stood in what was sent. */
export function violationsOf(
  { rejections }: ReceiptJson,
  placeOf: (event: number) => string,
): FieldViolation[] {
  return rejections.map(({ event = 0, reason, message }) => {
    return { field: placeOf(event) + (ATTRIBUTES[reason] ?? "id"), reason, description: message };
  });
}
