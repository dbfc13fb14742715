import type { JsonValue } from "@bufbuild/protobuf";
import type { Violations } from "@tollbook/domain";
import { isJsonObject, type JsonObject } from "../request/json-object.ts";
import type { CloudEvent } from "./cloud-event.ts";

/** The method of usage that is no HTTP call. */
const EVENT_METHOD = "EVENT";

const UINT64_MAX = 2n ** 64n - 1n;

/** What metering keeps of an event: more, or longer, and it is left out. */
const PROPERTIES_MAX = 16;
const PROPERTY_LENGTH_MAX = 64;

/** Members of `data` with a meaning of their own; the others are properties. */
const MEANT = new Set([
  ...["endpoint", "route", "method", "status", "units", "latencyMs", "latency_ms"],
  ...["requestBytes", "request_bytes", "responseBytes", "response_bytes", "properties"],
]);

/**
 * A CloudEvent as a UsageEvent in proto JSON; see docs/guides/cloudevents.md for the mapping.
 * Undefined if `data` holds something impossible, which is then in the violations.
 */
export function toUsageEvent(
  event: CloudEvent,
  { place, now, violations }: { place: string; now: Date; violations: Violations },
): JsonObject | undefined {
  const before = violations.count;
  const { id, source, subject, type, time, data } = event;
  const read = new DataReader(data, `${place}data.`, violations);
  const latencyMs = read.number("latencyMs", "latency_ms");
  const usage: JsonObject = {
    ...{ foreignId: id, source, customerExternalId: subject },
    time: (time ?? now).toISOString(),
    endpoint: read.text("endpoint", "route") ?? type,
    method: read.text("method")?.toUpperCase() ?? EVENT_METHOD,
    status: Number(read.whole(599n, "status") ?? 0),
    requestBytes: read.whole(UINT64_MAX, "requestBytes", "request_bytes") ?? "0",
    responseBytes: read.whole(UINT64_MAX, "responseBytes", "response_bytes") ?? "0",
    units: read.whole(UINT64_MAX, "units") ?? "1",
    properties: propertiesOf(data, read),
    ...(latencyMs === undefined ? {} : { latencyUs: microseconds(latencyMs) }),
  };
  return violations.count === before ? usage : undefined;
}

/** 71 minutes are the most that can be said, and the last bucket of the histogram anyway. */
function microseconds(ms: number): number {
  return Math.min(Math.round(ms * 1_000), 2 ** 32 - 1);
}

/** A property a sender names as such is kept or refused; one that merely stands there may not fit. */
function propertiesOf(data: JsonObject, read: DataReader): JsonObject {
  const named = read.texts("properties");
  if (named !== undefined) return named;
  const entries = Object.entries(data)
    .filter(([name]) => !MEANT.has(name))
    .flatMap(([name, value]) => (isScalar(value) ? [[name, String(value)] as const] : []))
    .filter(([name, value]) => Math.max(name.length, value.length) <= PROPERTY_LENGTH_MAX);
  return Object.fromEntries(entries.sort().slice(0, PROPERTIES_MAX));
}

function isScalar(value: JsonValue | undefined): value is string | number | boolean {
  return ["string", "number", "boolean"].includes(typeof value);
}

/** Reads members of `data` under either of their names; null is as good as absent. */
class DataReader {
  readonly #data: JsonObject;
  readonly #place: string;
  readonly #violations: Violations;

  constructor(data: JsonObject, place: string, violations: Violations) {
    this.#data = data;
    this.#place = place;
    this.#violations = violations;
  }

  text(...names: string[]): string | undefined {
    return this.#read(names, "It must be a string.", (value) => {
      return typeof value === "string" ? value : undefined;
    });
  }

  /** A whole number as text: a count is never rounded. */
  whole(most: bigint, ...names: string[]): string | undefined {
    const sentence = `It must be a whole number from 0 to ${most}.`;
    return this.#read(names, sentence, (value) => {
      const written = typeof value === "number" || typeof value === "string" ? String(value) : "";
      const isWhole = /^\d{1,20}$/.test(written) && BigInt(written) <= most;
      return isWhole ? written : undefined;
    });
  }

  number(...names: string[]): number | undefined {
    return this.#read(names, "It must be a number from 0 on.", (value) => {
      return typeof value === "number" && value >= 0 && Number.isFinite(value) ? value : undefined;
    });
  }

  texts(name: string): JsonObject | undefined {
    return this.#read([name], "It must be an object of strings.", (value) => {
      const isWell = isJsonObject(value) && Object.values(value).every(isScalar);
      if (!isWell) return undefined;
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, String(one)]));
    });
  }

  #read<T>(
    names: string[],
    sentence: string,
    parse: (value: JsonValue) => T | undefined,
  ): T | undefined {
    const name = names.find((one) => this.#data[one] != null);
    if (name === undefined) return undefined;
    const parsed = parse(this.#data[name] as JsonValue);
    if (parsed === undefined) this.#violations.add(this.#place + name, "INVALID_VALUE", sentence);
    return parsed;
  }
}
