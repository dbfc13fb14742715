import type { DescField, DescMessage, JsonValue } from "@bufbuild/protobuf";

export type JsonObject = { [key: string]: JsonValue };

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The field a JSON key means: by its lowerCamel name or by its name in the proto. */
export function findField(type: DescMessage, key: string): DescField | undefined {
  return type.fields.find(({ jsonName, name }) => jsonName === key || name === key);
}

/** The fields along a proto path such as `customer.customer_id`; undefined if there is none. */
export function findFieldPath(type: DescMessage, path: string): DescField[] | undefined {
  const fields: DescField[] = [];
  let current: DescMessage | undefined = type;
  for (const part of path.split(".")) {
    const field: DescField | undefined = current && findField(current, part);
    if (field === undefined) return undefined;
    fields.push(field);
    current = field.fieldKind === "message" ? field.message : undefined;
  }
  return fields;
}

/** The object at the end of the path, made where it is missing; undefined if the way is blocked. */
export function openPath(json: JsonObject, fields: readonly DescField[]): JsonObject | undefined {
  let place = json;
  for (const { jsonName, name } of fields) {
    const key = name in place ? name : jsonName;
    const next = place[key] ?? {};
    if (!isJsonObject(next)) return undefined;
    place[key] = next;
    place = next;
  }
  return place;
}
