import { type DescEnum, type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { commentOf } from "../contract/comment.ts";
import { keyHashField } from "../request/refuse-key-hash.ts";

/** A JSON Schema of draft 2020-12, as OpenAPI 3.1 holds it. */
export type Schema = { [keyword: string]: unknown };

/** The schema of a message in canonical proto JSON. */
export function messageSchema(message: DescMessage): Schema {
  const fields = message.fields.filter((field) => isOffered(field));
  const properties = fields.map((field) => [field.jsonName, describedField(field)] as const);
  return {
    type: "object",
    description: commentOf(message),
    properties: Object.fromEntries(properties),
  };
}

export function enumSchema(description: DescEnum): Schema {
  const lines = description.values.map((value) => `* \`${value.name}\`: ${commentOf(value)}`);
  return {
    type: "string",
    description: `${commentOf(description)}\n\n${lines.join("\n")}`,
    enum: description.values.map(({ name }) => name),
  };
}

/** The value of a field without its comment: for query and path parameters. */
export function fieldSchema(field: DescField): Schema {
  if (field.fieldKind === "list") return { type: "array", items: itemSchema(field) };
  if (field.fieldKind !== "map") return itemSchema(field);
  return { type: "object", additionalProperties: itemSchema(field) };
}

/** Messages and enums a field's schema refers to. */
export function referredBy({ fields }: DescMessage): (DescMessage | DescEnum)[] {
  return fields
    .flatMap(({ message, enum: choice }) => message ?? choice ?? [])
    .filter(({ typeName }) => !(typeName in wellKnown));
}

/** The hash of a key is for gates over gRPC; the gate's HTTP door does not take it. */
export function isOffered({ name, parent }: DescField): boolean {
  return name !== keyHashField || parent.file.proto.package !== "tollbook.gate.v1";
}

function describedField(field: DescField): Schema {
  const schema = fieldSchema(field);
  return { ...schema, description: commentOf(field) + choiceNote(field) };
}

function choiceNote({ oneof, name }: DescField): string {
  const others = oneof?.fields.filter((other) => other.name !== name && isOffered(other)) ?? [];
  if (others.length === 0) return "";
  return ` Not together with ${others.map(({ jsonName }) => `\`${jsonName}\``).join(", ")}.`;
}

function itemSchema(field: DescField): Schema {
  if (field.scalar !== undefined) return scalars[field.scalar];
  const referred = field.message ?? field.enum;
  if (referred === undefined) throw new Error(`${field.toString()} has no value`);
  return wellKnown[referred.typeName] ?? { $ref: `#/components/schemas/${referred.name}` };
}

const wellKnown: Readonly<Record<string, Schema>> = {
  "google.protobuf.Timestamp": { type: "string", format: "date-time" },
  "google.protobuf.Duration": { type: "string", pattern: "^-?[0-9]+(\\.[0-9]{1,9})?s$" },
  "google.protobuf.FieldMask": { type: "string", examples: ["name,timeZone"] },
};

const int32: Schema = { type: "integer", format: "int32" };
const uint32: Schema = { type: "integer", minimum: 0, maximum: 4_294_967_295 };
const int64: Schema = { type: "string", format: "int64", pattern: "^-?[0-9]{1,19}$" };
const uint64: Schema = { type: "string", format: "uint64", pattern: "^[0-9]{1,20}$" };

const scalars: Readonly<Record<ScalarType, Schema>> = {
  [ScalarType.STRING]: { type: "string" },
  [ScalarType.BOOL]: { type: "boolean" },
  [ScalarType.BYTES]: { type: "string", contentEncoding: "base64" },
  [ScalarType.DOUBLE]: { type: "number", format: "double" },
  [ScalarType.FLOAT]: { type: "number", format: "float" },
  [ScalarType.INT32]: int32,
  [ScalarType.SINT32]: int32,
  [ScalarType.SFIXED32]: int32,
  [ScalarType.UINT32]: uint32,
  [ScalarType.FIXED32]: uint32,
  [ScalarType.INT64]: int64,
  [ScalarType.SINT64]: int64,
  [ScalarType.SFIXED64]: int64,
  [ScalarType.UINT64]: uint64,
  [ScalarType.FIXED64]: uint64,
};
