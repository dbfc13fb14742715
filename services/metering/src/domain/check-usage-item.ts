import { AGE_MAX_MS, AHEAD_MAX_MS, idAges, isId, MINUTE_MS } from "@tollbook/domain";
import { isGarbled } from "./garbled.ts";
import { LATENCY_BUCKETS } from "./latency.ts";
import type { RejectionReason } from "./rejection.ts";
import type { ReportedItem, UsageItem } from "./usage-item.ts";

/** Calls in one cell: far beyond what any host serves in a minute. */
export const COUNT_MAX = 1_000_000_000n;
/** Units of one item; 10,000 of them still fit a 64-bit sum a hundred times over. */
export const UNITS_MAX = 1_000_000_000_000n;
/** Bytes of one item, for the same reason. */
const BYTES_MAX = 1_000_000_000_000_000n;
export const PROPERTIES_MAX = 16;
export const PROPERTY_LENGTH_MAX = 64;

/** Business time judges when calls were made, the wall clock how old ids are. */
export interface Moment {
  readonly business: Date;
  readonly wall: Date;
}

/** Says what is wrong with an item by itself, or undefined if it may be counted. */
export function faultsAt({ business, wall }: Moment) {
  const ageFaultOf = idAges(wall);
  const now = business.getTime();
  return (item: ReportedItem): RejectionReason | undefined =>
    idFault(item, ageFaultOf) ??
    item.heading.fault ??
    propertiesFault(item) ??
    timeFault(item, now) ??
    figuresFault(item) ??
    holdFault(item) ??
    (item.corrects === "malformed" ? "CORRECTION_MALFORMED" : undefined);
}

/** The item as one that may be counted; only for those without a fault. */
export function asUsageItem(item: ReportedItem): UsageItem {
  return item as UsageItem;
}

function idFault(
  { kind, eventId, foreign }: ReportedItem,
  ageFaultOf: ReturnType<typeof idAges>,
): RejectionReason | undefined {
  if (kind === "cell") return undefined;
  if (foreign) return eventId === "" ? "FOREIGN_ID_INVALID" : undefined;
  return isId(eventId) ? ageFaultOf(eventId)?.reason : "ID_MALFORMED";
}

/** A gate's calls hold; events of others, and what is taken back, do not. */
function holdFault({ hold, foreign, corrects }: ReportedItem): RejectionReason | undefined {
  const isWell = hold === undefined || (hold !== "malformed" && !foreign && !corrects);
  return isWell ? undefined : "HOLD_UNKNOWN";
}

function propertiesFault({ properties }: ReportedItem): RejectionReason | undefined {
  return arePropertiesWell(properties) ? undefined : "PROPERTIES_INVALID";
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

function timeFault({ kind, timeMs }: ReportedItem, now: number): RejectionReason | undefined {
  if (Number.isNaN(timeMs)) return "TIME_MISSING";
  const ageMs = now - timeMs;
  if (ageMs > AGE_MAX_MS) return "TIME_TOO_OLD";
  if (ageMs < -AHEAD_MAX_MS) return "TIME_IN_FUTURE";
  if (kind === "cell" && timeMs % MINUTE_MS !== 0) return "CELL_NOT_ON_MINUTE";
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
