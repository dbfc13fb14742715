import { type DescField, type DescMessage, type JsonValue, ScalarType } from "@bufbuild/protobuf";
import type { Violations } from "@tollbook/domain";
import { isOneValue } from "./expected-value.ts";
import { findFieldPath, type JsonObject, openPath } from "./json-object.ts";

/** A query as the HTTP server parsed it: a value, or several of the same name. */
export type Query = Readonly<Record<string, string | readonly string[]>>;

/**
 * Writes `?pageSize=10&filter.customerIds=a&filter.customerIds=b` into the JSON of the request.
 * Names may be lowerCamel or as in the proto. What the path has bound may not be given again.
 */
export function bindQuery(
  type: DescMessage,
  query: Query,
  boundByPath: readonly string[],
  json: JsonObject,
  violations: Violations,
): void {
  for (const [name, value] of Object.entries(query)) {
    const fields = findFieldPath(type, name);
    const field = fields?.at(-1);
    if (fields === undefined || field === undefined || !isQueryable(field)) {
      violations.add(name, "UNKNOWN_FIELD", "There is no such query parameter.");
      continue;
    }
    const protoPath = fields.map((part) => part.name).join(".");
    const place = openPath(json, fields.slice(0, -1));
    if (place === undefined || field.jsonName in place || boundByPath.includes(protoPath)) {
      violations.add(name, "FIELD_SET_TWICE", "It is given twice.");
      continue;
    }
    const values = [value].flat().map((text) => fromText(field, text));
    if (field.fieldKind === "list") place[field.jsonName] = values;
    else if (values.length === 1) place[field.jsonName] = values[0] ?? null;
    else violations.add(name, "FIELD_SET_TWICE", "It may be given only once.");
  }
}

function isQueryable(field: DescField): boolean {
  if (field.fieldKind === "map") return false;
  return field.message === undefined || isOneValue(field.message);
}

/** Query values are text; proto JSON reads numbers from text, but neither booleans nor enums. */
function fromText(field: DescField, text: string): JsonValue {
  if (field.scalar === ScalarType.BOOL && /^(true|false)$/.test(text)) return text === "true";
  if (field.enum !== undefined && /^\d{1,9}$/.test(text)) return Number.parseInt(text, 10);
  return text;
}
