/** Why an item is not taken, and how that is said. Each reason is a row of docs/errors.md. */
export const REJECTIONS = [
  { reason: "ID_MALFORMED", sentence: "The event's id is no UUID of version 7." },
  {
    reason: "ID_TOO_OLD",
    sentence: "The id was made more than 35 days ago, so a repeat could not be told.",
  },
  {
    reason: "ID_TOO_FAR_AHEAD",
    sentence: "The id was made more than 5 minutes ahead of our clock.",
  },
  {
    reason: "FOREIGN_ID_INVALID",
    sentence: "A foreign id has a source, both of 1 to 500 characters, and no event id beside it.",
  },
  { reason: "CALLER_MISSING", sentence: "The item names neither a key nor a customer." },
  {
    reason: "CALLER_MALFORMED",
    sentence:
      "A key or customer id is a UUID of version 7, a key's SHA-256 has 32 bytes, a customer's " +
      "external id 1 to 100 characters.",
  },
  { reason: "KEY_UNKNOWN", sentence: "The account has no such key." },
  { reason: "CUSTOMER_UNKNOWN", sentence: "The account has no such customer." },
  {
    reason: "ENDPOINT_INVALID",
    sentence: "An endpoint is a route template of 1 to 200 characters, none of them control.",
  },
  {
    reason: "METHOD_INVALID",
    sentence: "A method is 1 to 16 capital letters, such as GET or RPC.",
  },
  {
    reason: "STATUS_INVALID",
    sentence: "A status is 100 to 599, or 0 if the call was refused or it is not known.",
  },
  { reason: "TIME_MISSING", sentence: "The item does not say when the call was admitted." },
  { reason: "TIME_TOO_OLD", sentence: "The call was admitted more than 35 days ago." },
  {
    reason: "TIME_IN_FUTURE",
    sentence: "The call was admitted more than 5 minutes ahead of our clock.",
  },
  { reason: "CELL_NOT_ON_MINUTE", sentence: "A cell's time is the start of a minute." },
  {
    reason: "CELL_NEEDS_EVENTS",
    sentence: "A meter looks at each of these calls; send them as events.",
  },
  { reason: "COUNT_OUT_OF_RANGE", sentence: "A cell stands for 1 to 1,000,000,000 calls." },
  { reason: "UNITS_OUT_OF_RANGE", sentence: "An item declares 0 to 1,000,000,000,000 units." },
  {
    reason: "BYTES_OUT_OF_RANGE",
    sentence: "Bodies are at most 1,000,000,000,000,000 bytes an item.",
  },
  {
    reason: "LATENCY_INVALID",
    sentence: "A histogram has at most 38 buckets and no more calls than its cell.",
  },
  {
    reason: "PROPERTIES_INVALID",
    sentence: "An event has at most 16 properties of up to 64 characters, none of them control.",
  },
  {
    reason: "HOLD_UNKNOWN",
    sentence:
      "The item names a hold that the request does not have or that names no lease; foreign events and " +
      "corrections hold nothing.",
  },
  {
    reason: "CORRECTION_MALFORMED",
    sentence:
      "An event takes back an event, by its id; a cell takes from a cell, by batch and index.",
  },
  {
    reason: "CORRECTION_UNKNOWN",
    sentence: "Nothing was counted under that name within 36 days.",
  },
  {
    reason: "CORRECTION_DIFFERS",
    sentence: "What is taken back has to be repeated as it was counted, and this differs.",
  },
  { reason: "CORRECTION_REPEATED", sentence: "That event was taken back before." },
  {
    reason: "CORRECTION_TOO_LARGE",
    sentence: "More would be taken from that cell than is left of it.",
  },
  {
    reason: "CORRECTION_MISPLACED",
    sentence: "What it was counted for has changed since; give a credit note by hand.",
  },
] as const;

/** A word of the table above. */
export type RejectionReason = (typeof REJECTIONS)[number]["reason"];

const sentences = new Map<string, string>(REJECTIONS.map((one) => [one.reason, one.sentence]));

/** The sentence of a reason. */
export function sentenceOf(reason: RejectionReason): string {
  return sentences.get(reason) ?? reason;
}

/** One item that was not taken, by its place. */
export interface Rejection {
  readonly kind: "event" | "cell";
  readonly index: number;
  readonly reason: RejectionReason;
}
