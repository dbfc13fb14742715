import { hash } from "node:crypto";
import type { CallerName, ReportedItem } from "./usage-item.ts";

/** What an item says of its calls; not its id, nor what it held. */
export type Said = Omit<
  ReportedItem,
  "kind" | "index" | "eventId" | "foreign" | "hash" | "hold" | "corrects" | "failedOpen"
>;

/**
 * 64 bits of SHA-256 over what an item says, kept with an event's id: a correction has to repeat the
 * original, and a batch that comes again must have the same items. The same properties in another
 * order are the same. Not a secret and not a proof: an account can only deceive itself with it.
 */
export function itemHash(item: Said): bigint {
  const { caller, endpoint, method, status, time, count, units } = item;
  const { requestBytes, responseBytes, refused, latency, properties } = item;
  let text = `${callerText(caller)}\n${method}\n${endpoint}\n${status} ${refused} ${time?.getTime()}`;
  text += ` ${count} ${units} ${requestBytes} ${responseBytes}`;
  for (const [bucket, calls] of latency) text += ` ${bucket}:${calls}`;
  const hex = hash("sha256", text + propertiesText(properties), "hex");
  return BigInt.asIntN(64, BigInt(`0x${hex.slice(0, 16)}`));
}

function callerText(caller: CallerName | undefined): string {
  switch (caller?.kind) {
    case "key":
      return caller.keyId;
    case "key-hash":
      return caller.keySha256;
    case "customer":
      return `customer ${caller.customerId}`;
    case "external-customer":
      return `external ${caller.externalId}`;
    case undefined:
      return "nobody";
  }
}

function propertiesText(properties: ReportedItem["properties"]): string {
  for (const _ in properties) {
    const entries = Object.entries(properties);
    return JSON.stringify(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
  }
  return "";
}
