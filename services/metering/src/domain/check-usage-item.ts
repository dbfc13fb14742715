import { AGE_MAX_MS, AHEAD_MAX_MS, checkIdAge, isId, MINUTE_MS } from "@tollbook/domain";
import { isGarbled } from "./garbled.ts";
import { LATENCY_BUCKETS } from "./latency.ts";
import type { RejectionReason } from "./rejection.ts";
import type { CallerName, ReportedItem, UsageItem } from "./usage-item.ts";

/** Calls in one cell: far beyond what any host serves in a minute. */
export const COUNT_MAX = 1_000_000_000n;
/** Units of one item; 10,000 of them still fit a 64-bit sum a hundred times over. */
export const UNITS_MAX = 1_000_000_000_000n;
/** Bytes of one item, for the same reason. */
const BYTES_MAX = 1_000_000_000_000_000n;
/** Longer ones are raw paths, not templates. */
const ENDPOINT_LENGTH_MAX = 200;
/** As auth keeps them. */
const EXTERNAL_ID_LENGTH_MAX = 100;
export const PROPERTIES_MAX = 16;
export const PROPERTY_LENGTH_MAX = 64;

export const METHOD = /^[A-Z][A-Z-]{0,15}$/;
const SHA256_HEX = /^[0-9a-f]{64}$/;

/** Business time judges when calls were made, the wall clock how old ids are. */
export interface Moment {
  readonly business: Date;
  readonly wall: Date;
}

/** What is wrong with an item by itself, or undefined if it may be counted. */
export function faultOf(item: ReportedItem, moment: Moment): RejectionReason | undefined {
  return (
    idFault(item, moment.wall) ??
    callerFault(item.caller) ??
    shapeFault(item) ??
    timeFault(item, moment.business) ??
    figuresFault(item) ??
    holdFault(item) ??
    (item.corrects === "malformed" ? "CORRECTION_MALFORMED" : undefined)
  );
}

/** The item as one that may be counted; only for those without a fault. */
export function asUsageItem(item: ReportedItem): UsageItem {
  return item as UsageItem;
}

function idFault(item: ReportedItem, wall: Date): RejectionReason | undefined {
  const { kind, eventId, foreign } = item;
  if (kind === "cell") return undefined;
  if (foreign) return eventId === "" ? "FOREIGN_ID_INVALID" : undefined;
  return isId(eventId) ? checkIdAge(eventId, wall)?.reason : "ID_MALFORMED";
}

function callerFault(caller: CallerName | undefined): RejectionReason | undefined {
  if (caller === undefined) return "CALLER_MISSING";
  return isWellFormed(caller) ? undefined : "CALLER_MALFORMED";
}

function isWellFormed(caller: CallerName): boolean {
  switch (caller.kind) {
    case "key":
      return isId(caller.keyId);
    case "key-hash":
      return SHA256_HEX.test(caller.keySha256);
    case "customer":
      return isId(caller.customerId);
    case "external-customer":
      return isExternalId(caller.externalId);
  }
}

function isExternalId(text: string): boolean {
  return text.length > 0 && text.length <= EXTERNAL_ID_LENGTH_MAX && !isGarbled(text);
}

/** A gate's calls hold; events of others, and what is taken back, do not. */
function holdFault({ hold, foreign, corrects }: ReportedItem): RejectionReason | undefined {
  const isWell = hold === undefined || (hold !== "malformed" && !foreign && !corrects);
  return isWell ? undefined : "HOLD_UNKNOWN";
}

function shapeFault(item: ReportedItem): RejectionReason | undefined {
  const { endpoint, method, status } = item;
  const length = endpoint.length;
  if (length === 0 || length > ENDPOINT_LENGTH_MAX || isGarbled(endpoint)) {
    return "ENDPOINT_INVALID";
  }
  if (!METHOD.test(method)) return "METHOD_INVALID";
  if (status !== 0 && (status < 100 || status > 599)) return "STATUS_INVALID";
  return arePropertiesWell(item.properties) ? undefined : "PROPERTIES_INVALID";
}

function arePropertiesWell(properties: ReportedItem["properties"]): boolean {
  let count = 0;
  for (const name in properties) {
    count += 1;
    if (count > PROPERTIES_MAX || !isLabel(name) || !isLabel(properties[name] ?? "")) return false;
  }
  return true;
}

function isLabel(text: string): boolean {
  return text.length <= PROPERTY_LENGTH_MAX && !isGarbled(text);
}

function timeFault({ kind, time }: ReportedItem, now: Date): RejectionReason | undefined {
  if (time === undefined || Number.isNaN(time.getTime())) return "TIME_MISSING";
  const ageMs = now.getTime() - time.getTime();
  if (ageMs > AGE_MAX_MS) return "TIME_TOO_OLD";
  if (ageMs < -AHEAD_MAX_MS) return "TIME_IN_FUTURE";
  if (kind === "cell" && time.getTime() % MINUTE_MS !== 0) return "CELL_NOT_ON_MINUTE";
  return undefined;
}

function figuresFault(item: ReportedItem): RejectionReason | undefined {
  const { count, units, requestBytes, responseBytes, latency } = item;
  if (count < 1n || count > COUNT_MAX) return "COUNT_OUT_OF_RANGE";
  if (units < 0n || units > UNITS_MAX) return "UNITS_OUT_OF_RANGE";
  if (requestBytes + responseBytes > BYTES_MAX) return "BYTES_OUT_OF_RANGE";
  let measured = 0;
  for (const [bucket, calls] of latency) {
    if (bucket >= LATENCY_BUCKETS) return "LATENCY_INVALID";
    measured += calls;
  }
  return measured > count ? "LATENCY_INVALID" : undefined;
}
