import type { Schema } from "./schema.ts";

/** Every error has this shape: RFC 9457 problem+json with our reason and violations. */
export const problemSchema: Schema = {
  type: "object",
  description: "What went wrong (RFC 9457).",
  required: ["type", "title", "status", "detail", "reason"],
  properties: {
    type: { type: "string", format: "uri", description: "What kind of problem this is." },
    title: { type: "string", description: "The HTTP status in words." },
    status: { type: "integer", description: "The HTTP status." },
    detail: { type: "string", description: "A sentence for people, safe to show." },
    reason: {
      type: "string",
      description: "What programs branch on; it never changes its meaning.",
      examples: ["CUSTOMER_NOT_FOUND"],
    },
    metadata: {
      type: "object",
      description: "Ids and figures a program may want.",
      additionalProperties: { type: "string" },
    },
    violations: {
      type: "array",
      description: "Everything that is wrong with the request, at once.",
      items: {
        type: "object",
        required: ["field", "reason", "description"],
        properties: {
          field: { type: "string", description: "Which field.", examples: ["limits[0].quota"] },
          reason: { type: "string", description: "Why, as a word.", examples: ["UNKNOWN_FIELD"] },
          description: { type: "string", description: "Why, as a sentence." },
        },
      },
    },
    "violated-policies": {
      type: "array",
      description: "The limits that had no room left.",
      items: {
        type: "object",
        properties: { name: { type: "string" }, detail: { type: "string" } },
      },
    },
    traceId: { type: "string", description: "What our logs know the request by." },
  },
};

const sentences: Readonly<Record<string, string>> = {
  400: "The request is wrong; `violations` says where.",
  401: "There is no credential, or it is not valid.",
  403: "The credential may not do this.",
  404: "There is no such thing in this account.",
  409: "It contradicts what is there: a name in use, a repeated id with other content, a wrong state.",
  429: "A rate or quota is used up.",
  500: "Something unexpected went wrong on our side.",
  501: "This is described and not built yet.",
  503: "A service cannot be reached; nothing is known to have happened.",
};

const retryAfter = { description: "Seconds to wait.", schema: { type: "integer" } };

/** The reusable error responses, by `Problem<status>`. */
export const problemResponses: Schema = Object.fromEntries(
  Object.entries(sentences).map(([status, description]) => [
    `Problem${status}`,
    {
      description,
      ...(["429", "503"].includes(status) ? { headers: { "Retry-After": retryAfter } } : {}),
      content: {
        "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } },
      },
    },
  ]),
);
