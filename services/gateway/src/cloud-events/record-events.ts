import type { JsonValue } from "@bufbuild/protobuf";
import { Violations } from "@tollbook/domain";
import type { JsonObject } from "../request/json-object.ts";
import {
  eventsRejected,
  type ReceiptJson,
  refuseUnknownYet,
  violationsOf,
} from "./answer-receipt.ts";
import { readCloudEvent } from "./cloud-event.ts";
import type { Sent } from "./read-body.ts";
import { toUsageEvent } from "./usage-event.ts";

/** Sends usage events in proto JSON to metering; its receipt. */
export type SendUsage = (events: readonly JsonObject[]) => Promise<ReceiptJson>;

/**
 * Has every event counted that can be, whatever the others are. Throws "invalid" EVENTS_REJECTED
 * naming those that cannot, "unavailable" EVENTS_NOT_KNOWN_YET, and what sending throws.
 */
export async function recordEvents(sent: Sent, now: Date, send: SendUsage): Promise<void> {
  const { readable, violations } = readAll(sent, now);
  const unreadable = sent.events.length - readable.length;
  if (readable.length === 0 && unreadable > 0) {
    const figures = { counted: "0", duplicates: "0", rejected: String(unreadable) };
    throw eventsRejected(violations.list, figures);
  }
  const receipt = await send(readable.map(({ usage }) => usage));
  refuseUnknownYet(receipt);
  const rejected = unreadable + Number(receipt.rejected);
  if (rejected === 0) return;
  const { counted, duplicates } = receipt;
  const refused = violationsOf(receipt, (event) => readable[event]?.place ?? "");
  const figures = { counted, duplicates, rejected: String(rejected) };
  throw eventsRejected([...violations.list, ...refused], figures);
}

function readAll({ events, batch }: Sent, now: Date) {
  const violations = new Violations();
  const readable = events.flatMap((value: JsonValue, at) => {
    const place = batch ? `[${at}].` : "";
    const event = readCloudEvent(value, place, violations);
    const usage = event && toUsageEvent(event, { place, now, violations });
    return usage === undefined ? [] : [{ place, usage }];
  });
  return { readable, violations };
}
