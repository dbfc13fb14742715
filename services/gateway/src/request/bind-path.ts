import type { DescMessage } from "@bufbuild/protobuf";
import type { Violations } from "@tollbook/domain";
import { findFieldPath, type JsonObject, openPath } from "./json-object.ts";

/**
 * Writes the values of the path's parameters into the JSON of the request. A body that says
 * something else at the same place contradicts itself and is refused.
 */
export function bindPath(
  type: DescMessage,
  paths: readonly string[],
  values: readonly string[],
  json: JsonObject,
  violations: Violations,
): void {
  for (const [index, path] of paths.entries()) {
    const fields = findFieldPath(type, path);
    const field = fields?.at(-1);
    if (fields === undefined || field === undefined) {
      throw new Error(`${type.typeName} has no field ${path} for its path`);
    }
    const name = fields.map(({ jsonName }) => jsonName).join(".");
    const place = openPath(json, fields.slice(0, -1));
    const value = values[index] ?? "";
    const given = place?.[field.jsonName] ?? place?.[field.name] ?? "";
    if (place === undefined) {
      violations.add(name, "INVALID_VALUE", "What it stands in must be an object.");
    } else if (given !== "" && given !== value) {
      violations.add(name, "PATH_CONTRADICTED", "The body says something else than the path.");
    } else {
      delete place[field.name];
      place[field.jsonName] = value;
    }
  }
}
