import type { DescEnum, DescMessage } from "@bufbuild/protobuf";
import type { ApiRoute } from "../contract/api-route.ts";
import { cloudEventsPath } from "./cloud-events-operation.ts";
import { operationOf } from "./operation.ts";
import { problemResponses, problemSchema } from "./problem-schema.ts";
import { enumSchema, messageSchema, referredBy, type Schema } from "./schema.ts";
import { tagGroupsOf, tagsOf } from "./tags.ts";

/** The API of the web door as an OpenAPI 3.1 document. */
export function openApiDocument(routes: readonly ApiRoute[], version: string): Schema {
  return {
    openapi: "3.1.0",
    info: {
      title: "Tollbook API",
      version,
      summary: "Counts API calls, enforces limits, bills for them.",
      description: introduction,
      license: { name: "Apache 2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/", description: "This Tollbook" }],
    security: [{ bearer: [] }],
    tags: tagsOf(routes),
    "x-tagGroups": tagGroupsOf(routes),
    paths: pathsOf(routes),
    components: {
      schemas: { ...schemasOf(routes), Problem: problemSchema },
      responses: problemResponses,
      securitySchemes: { bearer: bearerScheme },
    },
  };
}

/** What holds for every operation, in a little markdown. */
export const introduction = `
Every operation but one is an RPC of Tollbook's gRPC API; the names are the same.

**Credentials.** Send \`Authorization: Bearer …\` with a root key (\`tb_root_…\`) or with the access
token of a session. A root key does what its scopes say.

**JSON.** Names are lowerCamel; names as in the proto are accepted too. Whole numbers of 64 bits
are strings in answers, so that no client rounds them; requests may use numbers. Times are
RFC 3339, amounts are decimal strings. Unknown fields are refused.

**Repeats.** Give a mutating request a \`requestId\` (a UUIDv7): sent again, it gets the first answer.

**Errors** are \`application/problem+json\`; branch on \`reason\`. An operation that is described here
and not built yet answers 501.

**CloudEvents.** \`POST /v1/events\` takes usage as CloudEvents 1.0, one or many, and answers 204;
the guide \`docs/guides/cloudevents.md\` has the mapping.

**Lists** take \`pageSize\` and \`pageToken\` and answer with \`nextPageToken\`, empty at the end.
`.trim();

const bearerScheme: Schema = {
  type: "http",
  scheme: "bearer",
  description: "A root key (`tb_root_…`) or the access token of a session.",
};

function pathsOf(routes: readonly ApiRoute[]): Schema {
  const paths: Record<string, Schema> = { "/v1/events": cloudEventsPath };
  for (const route of routes) {
    const path = route.path.describedPath;
    paths[path] = { ...paths[path], [route.verb.toLowerCase()]: operationOf(route) };
  }
  return paths;
}

/** The schemas of all messages and enums the routes lead to, by their short names. */
function schemasOf(routes: readonly ApiRoute[]): Schema {
  const roots = routes.flatMap(({ method, takesBody, answer }) => [
    ...(takesBody ? [method.input] : referredBy(method.input)),
    ...(answer === "json" ? [method.output] : []),
  ]);
  const found = new Map<string, DescMessage | DescEnum>();
  const waiting: (DescMessage | DescEnum)[] = [...roots];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const known = found.get(next.name);
    if (known === next) continue;
    if (known !== undefined) throw new Error(`two schemas are called ${next.name}`);
    found.set(next.name, next);
    if (next.kind === "message") waiting.push(...referredBy(next));
  }
  const sorted = [...found.values()].sort((a, b) => a.name.localeCompare(b.name));
  return Object.fromEntries(sorted.map((type) => [type.name, schemaOf(type)]));
}

function schemaOf(type: DescMessage | DescEnum): Schema {
  return type.kind === "message" ? messageSchema(type) : enumSchema(type);
}
