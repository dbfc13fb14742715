import type { DescField, DescMessage } from "@bufbuild/protobuf";
import type { ApiRoute } from "../contract/api-route.ts";
import { commentOf } from "../contract/comment.ts";
import { parameterName } from "../contract/path-template.ts";
import { isOneValue } from "../request/expected-value.ts";
import { findFieldPath } from "../request/json-object.ts";
import { fieldSchema, type Schema } from "./schema.ts";

/** The path and query parameters of a route. */
export function parametersOf({ method, path, takesBody }: ApiRoute): Schema[] {
  const inPath = path.fields.map((field) => pathParameter(method.input, field));
  if (takesBody) return inPath;
  return [...inPath, ...queryParameters(method.input, path.fields, "", "")];
}

function pathParameter(input: DescMessage, protoPath: string): Schema {
  const field = findFieldPath(input, protoPath)?.at(-1);
  if (field === undefined) throw new Error(`${input.typeName} has no ${protoPath}`);
  return {
    name: parameterName(protoPath),
    in: "path",
    required: true,
    description: commentOf(field),
    schema: fieldSchema(field),
  };
}

/** Fields of nested messages are written with a point: `filter.customerIds`. */
function queryParameters(
  type: DescMessage,
  bound: readonly string[],
  protoPrefix: string,
  prefix: string,
): Schema[] {
  return type.fields.flatMap((field) => {
    const protoPath = protoPrefix + field.name;
    if (bound.includes(protoPath) || field.fieldKind === "map") return [];
    const nested = nestedMessage(field);
    const name = prefix + field.jsonName;
    if (nested) return queryParameters(nested, bound, `${protoPath}.`, `${name}.`);
    return [{ name, in: "query", description: commentOf(field), schema: fieldSchema(field) }];
  });
}

function nestedMessage(field: DescField): DescMessage | undefined {
  const { message } = field;
  if (message === undefined || isOneValue(message)) return undefined;
  if (field.fieldKind !== "list") return message;
  throw new Error(`${field.parent.typeName}.${field.name} cannot be given in a query`);
}
