import { type DescEnum, type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";

/** What a field's value has to be, as the end of the sentence "… must be". */
export function expectedValue(field: DescField): string {
  if (field.enum !== undefined) return expectedEnum(field.enum);
  if (field.scalar !== undefined) return scalars[field.scalar];
  if (field.message !== undefined) return expectedMessage(field.message);
  return "an object";
}

/** Messages that canonical proto JSON writes as one value. */
const writtenAsOneValue: Readonly<Record<string, string>> = {
  "google.protobuf.Timestamp": "a time such as 2026-11-01T00:00:00Z",
  "google.protobuf.Duration": "a duration such as 1.5s",
  "google.protobuf.FieldMask": "field names with commas between them, such as name,timeZone",
};

/** True if the message is one value in JSON, not an object. */
export function isOneValue({ typeName }: DescMessage): boolean {
  return typeName in writtenAsOneValue;
}

function expectedMessage(message: DescMessage): string {
  return writtenAsOneValue[message.typeName] ?? "an object";
}

function expectedEnum({ values }: DescEnum): string {
  const names = values.filter(({ number }) => number !== 0).map(({ name }) => name);
  return `one of ${names.join(", ")}`;
}

const int32 = "a whole number from -2147483648 to 2147483647";
const uint32 = "a whole number from 0 to 4294967295";
const int64 = "a whole number of at most 64 bits, as a number or a string";
const uint64 = "a whole number from 0 to 18446744073709551615, as a number or a string";

const scalars: Readonly<Record<ScalarType, string>> = {
  [ScalarType.STRING]: "a string",
  [ScalarType.BOOL]: "true or false",
  [ScalarType.BYTES]: "bytes in base64",
  [ScalarType.DOUBLE]: "a number",
  [ScalarType.FLOAT]: "a number",
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
