import type { IncomingHttpHeaders } from "node:http";
import type { JsonValue } from "@bufbuild/protobuf";
import { HttpRefusal } from "../answer/http-refusal.ts";
import type { JsonObject } from "../request/json-object.ts";

/** The events of a request, not looked into yet, and whether they came as a list. */
export interface Sent {
  readonly events: readonly JsonValue[];
  readonly batch: boolean;
}

export const SINGLE = "application/cloudevents+json";
export const BATCH = "application/cloudevents-batch+json";

/**
 * The three modes of the CloudEvents HTTP binding: an event as JSON, a list of them, or attributes
 * in `ce-` headers with the body as data. Plain JSON is read as an event or a list.
 */
export function readSent(headers: IncomingHttpHeaders, body: JsonValue | undefined): Sent {
  const [mediaType = ""] = (headers["content-type"] ?? "").split(";", 1);
  const isBinary = headers["ce-specversion"] !== undefined || headers["ce-id"] !== undefined;
  switch (mediaType.trim().toLowerCase()) {
    case SINGLE:
      return { events: [body ?? null], batch: false };
    case BATCH:
      return { events: listOf(body), batch: true };
    default:
      if (isBinary) return { events: [fromHeaders(headers, body)], batch: false };
      if (Array.isArray(body)) return { events: body, batch: true };
      return { events: [body ?? null], batch: false };
  }
}

function listOf(body: JsonValue | undefined): JsonValue[] {
  if (Array.isArray(body)) return body;
  const sentence = "A batch of CloudEvents is a JSON array.";
  throw new HttpRefusal(400, "BODY_NOT_JSON", sentence);
}

const ATTRIBUTES = ["specversion", "id", "source", "type", "subject", "time"] as const;

function fromHeaders(headers: IncomingHttpHeaders, data: JsonValue | undefined): JsonObject {
  const event: JsonObject = { data: data ?? null };
  for (const name of ATTRIBUTES) {
    const value = headers[`ce-${name}`];
    if (typeof value === "string") event[name] = percentDecoded(value);
  }
  return event;
}

/** The binding percent-encodes what a header cannot hold; what is no encoding stays as it is. */
function percentDecoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
