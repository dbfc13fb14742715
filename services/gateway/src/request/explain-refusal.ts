import { type DescField, type DescMessage, fromJson, type JsonValue } from "@bufbuild/protobuf";
import { Violations } from "@tollbook/domain";
import { expectedValue, isOneValue } from "./expected-value.ts";
import { findField, isJsonObject, type JsonObject } from "./json-object.ts";

/**
 * Says everything that is wrong with a JSON request, when the protobuf library has refused it
 * with the first thing it met. Runs only then, so it may be thorough.
 */
export function explainRefusal(type: DescMessage, json: JsonObject): Violations {
  const violations = new Violations();
  explainMessage(type, json, "", violations);
  return violations;
}

function explainMessage(
  type: DescMessage,
  json: JsonObject,
  path: string,
  violations: Violations,
): void {
  const seen = new Map<string, string>();
  for (const [key, value] of Object.entries(json)) {
    const field = findField(type, key);
    if (field === undefined) {
      violations.add(path + key, "UNKNOWN_FIELD", `There is no such field in ${type.name}.`);
      continue;
    }
    const place = field.oneof?.name ?? field.name;
    const earlier = seen.get(place);
    if (earlier !== undefined && value !== null) {
      violations.add(path + key, "FIELD_SET_TWICE", `It cannot be given together with ${earlier}.`);
    }
    if (value !== null) seen.set(place, key);
    explainField(field, value, path + field.jsonName, violations);
  }
}

function explainField(
  field: DescField,
  value: JsonValue,
  path: string,
  violations: Violations,
): void {
  if (value === null) return; // In proto JSON, null is the same as leaving the field out.
  const nested = field.fieldKind === "message" && !isOneValue(field.message) && field.message;
  if (field.fieldKind === "list") {
    explainList(field, value, path, violations);
  } else if (nested && isJsonObject(value)) {
    explainMessage(nested, value, `${path}.`, violations);
  } else if (!isAccepted(field, value)) {
    const expected = field.fieldKind === "map" ? "an object of strings" : expectedValue(field);
    violations.add(path, "INVALID_VALUE", `It must be ${expected}.`);
  }
}

function explainList(
  field: DescField & { fieldKind: "list" },
  value: JsonValue,
  path: string,
  violations: Violations,
): void {
  if (!Array.isArray(value)) {
    violations.add(path, "INVALID_VALUE", "It must be a list.");
    return;
  }
  for (const [index, item] of value.entries()) {
    const place = `${path}[${index}]`;
    const nested = field.message !== undefined && !isOneValue(field.message) && field.message;
    if (nested && isJsonObject(item)) explainMessage(nested, item, `${place}.`, violations);
    else if (!isAccepted(field, [item])) {
      violations.add(place, "INVALID_VALUE", `It must be ${expectedValue(field)}.`);
    }
  }
}

/** Asks the library itself about one field alone. */
function isAccepted(field: DescField, value: JsonValue): boolean {
  try {
    fromJson(field.parent, { [field.jsonName]: value });
    return true;
  } catch {
    return false;
  }
}
