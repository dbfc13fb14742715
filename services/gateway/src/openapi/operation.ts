import type { ApiRoute } from "../contract/api-route.ts";
import { commentOf } from "../contract/comment.ts";
import { requestExamples } from "./examples.ts";
import { parametersOf } from "./parameters.ts";
import type { Schema } from "./schema.ts";
import { tagName } from "./tags.ts";

/** One RPC as an OpenAPI operation. */
export function operationOf(route: ApiRoute): Schema {
  const { method, takesBody } = route;
  const parameters = parametersOf(route);
  return {
    operationId: method.localName,
    summary: summaryOf(method.name),
    description: commentOf(method),
    tags: [tagName(method.parent)],
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(takesBody ? { requestBody: bodyOf(route) } : {}),
    responses: { 200: successOf(route), ...errorsOf(route) },
    ...(isPublic(route) ? { security: [] } : {}),
  };
}

/** RPCs that nobody can have a credential for yet; they prove who is meant in another way. */
const publicRpcs = new Set([
  "SignUp",
  "SignIn",
  "RefreshSession",
  "SignOut",
  "VerifyEmail",
  "RequestPasswordReset",
  "ResetPassword",
  "AcceptInvitation",
  "Unsubscribe",
]);

export function isPublic({ method }: ApiRoute): boolean {
  return publicRpcs.has(method.name);
}

/** "Create root key" from `CreateRootKey`. */
export function summaryOf(name: string): string {
  const words = name.replace(/([a-z0-9])([A-Z])/g, "$1 $2").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function bodyOf({ method }: ApiRoute): Schema {
  const schema = { $ref: `#/components/schemas/${method.input.name}` };
  const example = requestExamples[method.name];
  const json = { schema, ...(example === undefined ? {} : { example }) };
  return { required: true, content: { "application/json": json } };
}

function successOf({ method, answer }: ApiRoute): Schema {
  if (answer !== "json") {
    return { description: "The file, to be saved.", content: { "application/octet-stream": {} } };
  }
  const schema = { $ref: `#/components/schemas/${method.output.name}` };
  return { description: commentOf(method.output), content: { "application/json": { schema } } };
}

function errorsOf(route: ApiRoute): Schema {
  const statuses = ["400", ...(isPublic(route) ? [] : ["401", "403"])];
  if (route.path.fields.length > 0) statuses.push("404");
  if (route.verb !== "GET") statuses.push("409");
  statuses.push("429", "500", "501", "503");
  const refer = (status: string) => ({ $ref: `#/components/responses/Problem${status}` });
  return Object.fromEntries(statuses.map((status) => [status, refer(status)]));
}
