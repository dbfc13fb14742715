import type { Schema } from "./schema.ts";

const text = { type: "string", minLength: 1 };

const event: Schema = {
  type: "object",
  description: "A CloudEvent 1.0 in its JSON format; other attributes are let be.",
  required: ["specversion", "id", "source", "type", "subject"],
  properties: {
    specversion: { const: "1.0" },
    id: { ...text, maxLength: 500, description: "Counted once for its source within 35 days." },
    source: { ...text, maxLength: 500, description: "Who made the id." },
    type: { ...text, description: "The endpoint, unless data names one." },
    subject: { ...text, maxLength: 100, description: "The customer's external id." },
    time: { type: "string", format: "date-time", description: "Left out: now." },
    data: {
      type: "object",
      description:
        "endpoint or route, method, status, latencyMs, units, requestBytes, responseBytes, " +
        "properties; other strings, numbers and booleans are properties too.",
    },
  },
};

const batch: Schema = { type: "array", items: event, maxItems: 10_000 };

/** The door for CloudEvents, which is no RPC: `POST /v1/events`. */
export const cloudEventsPath: Schema = {
  post: {
    operationId: "recordCloudEvents",
    summary: "Record CloudEvents",
    description:
      "Counts usage told as CloudEvents 1.0, one or many, each once for its source and id. 204 " +
      "means that all are counted. 400 EVENTS_REJECTED names the events that cannot be counted as " +
      "they are; all others are counted, and sending all again counts none twice.",
    requestBody: {
      required: true,
      content: {
        "application/cloudevents+json": { schema: event },
        "application/cloudevents-batch+json": { schema: batch },
        "application/json": { schema: { oneOf: [event, batch] } },
      },
    },
    responses: {
      204: { description: "All are counted, now or before." },
      ...Object.fromEntries(
        [400, 401, 403, 429, 503].map((status) => [
          status,
          { $ref: `#/components/responses/Problem${status}` },
        ]),
      ),
    },
  },
};
