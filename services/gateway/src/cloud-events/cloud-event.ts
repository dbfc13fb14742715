import type { JsonValue } from "@bufbuild/protobuf";
import type { Violations } from "@tollbook/domain";
import { isJsonObject, type JsonObject } from "../request/json-object.ts";

/** A CloudEvent 1.0 as far as usage goes; extension attributes are nobody's business here. */
export interface CloudEvent {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  /** A customer's external id. */
  readonly subject: string;
  /** Undefined if the sender left it to us. */
  readonly time: Date | undefined;
  readonly data: JsonObject;
}

/**
 * Reads one event in the JSON format. `place` stands before each field's name: empty, or `[3].` in
 * a batch. Undefined if anything is wrong with it, which is then in the violations.
 */
export function readCloudEvent(
  value: JsonValue,
  place: string,
  violations: Violations,
): CloudEvent | undefined {
  const before = violations.count;
  if (!isJsonObject(value)) {
    violations.add(place.slice(0, -1), "INVALID_VALUE", "An event is a JSON object.");
    return undefined;
  }
  const wrong = (field: string, sentence: string, reason = "INVALID_VALUE") => {
    violations.add(place + field, reason, sentence);
  };
  if (value.specversion !== "1.0") wrong("specversion", 'It must be "1.0".');
  if (value.data_base64 != null) wrong("data_base64", "Send data as a JSON object.");
  const event = {
    id: readText(value, "id", wrong),
    source: readText(value, "source", wrong),
    type: readText(value, "type", wrong),
    subject: readText(value, "subject", wrong),
    time: readTime(value.time, wrong),
    data: readData(value.data, wrong),
  };
  return violations.count === before ? event : undefined;
}

type Wrong = (field: string, sentence: string, reason?: string) => void;

function readText(event: JsonObject, field: string, wrong: Wrong): string {
  const value = event[field] ?? "";
  if (typeof value !== "string") wrong(field, "It must be a string.");
  else if (value === "") wrong(field, "Every event has one.", "MISSING");
  else return value;
  return "";
}

const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i;

function readTime(value: JsonValue | undefined, wrong: Wrong): Date | undefined {
  if (value == null) return undefined;
  const parsed = typeof value === "string" && rfc3339.test(value) ? new Date(value) : undefined;
  if (parsed !== undefined && !Number.isNaN(parsed.getTime())) return parsed;
  wrong("time", "It must be a time such as 2026-11-01T00:00:00Z.");
  return undefined;
}

function readData(value: JsonValue | undefined, wrong: Wrong): JsonObject {
  if (isJsonObject(value)) return value;
  if (value != null) wrong("data", "It must be a JSON object.");
  return {};
}
