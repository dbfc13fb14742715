import { type DescMessage, fromJson, type Message } from "@bufbuild/protobuf";
import { DomainError, Violations } from "@tollbook/domain";
import type { ApiRoute } from "../contract/api-route.ts";
import { bindPath } from "./bind-path.ts";
import { bindQuery, type Query } from "./bind-query.ts";
import { explainRefusal } from "./explain-refusal.ts";
import { isJsonObject, type JsonObject } from "./json-object.ts";

/** What came over HTTP, parsed by the server and not yet understood. */
export interface HttpInput {
  /** Values of the path's parameters, in its order. */
  pathValues: readonly string[];
  query: Query;
  /** The JSON body; undefined if there was none. */
  body: unknown;
}

/** Makes the RPC's request of path, query and body, or throws one error with all that is wrong. */
export function readRequest(route: ApiRoute, input: HttpInput): Message {
  const type = route.method.input;
  const violations = new Violations();
  const json = readBody(route, input.body);
  bindPath(type, route.path.fields, input.pathValues, json, violations);
  if (route.takesBody) refuseQuery(input.query, violations);
  else bindQuery(type, input.query, route.path.fields, json, violations);
  violations.throwIfAny();
  return parse(type, json);
}

function readBody(route: ApiRoute, body: unknown): JsonObject {
  if (body === undefined) return {};
  if (!route.takesBody) {
    const sentence = `${route.verb} ${route.path.describedPath} takes no body: use the query.`;
    throw new DomainError("invalid", "BODY_NOT_EXPECTED", sentence);
  }
  if (isJsonObject(body)) return body;
  throw new DomainError("invalid", "BODY_NOT_AN_OBJECT", "The body must be a JSON object.");
}

function refuseQuery(query: Query, violations: Violations): void {
  for (const name of Object.keys(query)) {
    violations.add(name, "UNKNOWN_FIELD", "Everything but the path belongs into the body.");
  }
}

function parse(type: DescMessage, json: JsonObject): Message {
  try {
    return fromJson(type, json);
  } catch (error) {
    explainRefusal(type, json).throwIfAny();
    const sentence = `The request is no ${type.name}.`;
    throw new DomainError("invalid", "INVALID_REQUEST", sentence, {}, { cause: error });
  }
}
