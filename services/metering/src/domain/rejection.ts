/** Why an item is not taken. Each reason is a row of docs/errors.md. */
export const REJECTIONS = {
  ID_MALFORMED: "The event's id is no UUID of version 7.",
  ID_TOO_OLD: "The id was made more than 35 days ago, so a repeat could not be told.",
  ID_TOO_FAR_AHEAD: "The id was made more than 5 minutes ahead of our clock.",
  CALLER_MISSING: "The item names neither a key nor a customer.",
  CALLER_MALFORMED: "A key or customer id is a UUID of version 7, a key's SHA-256 has 32 bytes.",
  KEY_UNKNOWN: "The account has no such key.",
  CUSTOMER_UNKNOWN: "The account has no such customer.",
  ENDPOINT_INVALID: "An endpoint is a route template of 1 to 200 characters, none of them control.",
  METHOD_INVALID: "A method is 1 to 16 capital letters, such as GET or RPC.",
  STATUS_INVALID: "A status is 100 to 599, or 0 if the call was refused or it is not known.",
  TIME_MISSING: "The item does not say when the call was admitted.",
  TIME_TOO_OLD: "The call was admitted more than 35 days ago.",
  TIME_IN_FUTURE: "The call was admitted more than 5 minutes ahead of our clock.",
  CELL_NOT_ON_MINUTE: "A cell's time is the start of a minute.",
  COUNT_OUT_OF_RANGE: "A cell stands for 1 to 1,000,000,000 calls.",
  UNITS_OUT_OF_RANGE: "An item declares 0 to 1,000,000,000,000 units.",
  BYTES_OUT_OF_RANGE: "Bodies are at most 1,000,000,000,000,000 bytes an item.",
  LATENCY_INVALID: "A histogram has at most 38 buckets and no more calls than its cell.",
  PROPERTIES_INVALID: "An event has at most 16 properties of up to 64 characters each.",
  HOLD_UNKNOWN: "The item names a hold that the request does not have, or that names no lease.",
  CORRECTION_NOT_SUPPORTED: "Taking usage back is not supported yet.",
} as const;

/** A word of the table above. */
export type RejectionReason = keyof typeof REJECTIONS;

/** One item that was not taken, by its place. */
export interface Rejection {
  readonly kind: "event" | "cell";
  readonly index: number;
  readonly reason: RejectionReason;
}
