import { DomainError, type FieldViolation } from "@tollbook/domain";

/** Services name fields as in the proto; over HTTP they are lowerCamel. Keys of maps stay. */
export function inJsonNames(error: unknown): unknown {
  if (!(error instanceof DomainError) || error.violations === undefined) return error;
  const { kind, reason, metadata, retryAfterMs, quota } = error;
  const violations = error.violations.map(withJsonPath);
  const message = error.violations.reduce(
    (sentence, { field }) => sentence.replaceAll(field, jsonPath(field)),
    error.message,
  );
  const extra = { violations, retryAfterMs, quota, cause: error };
  return new DomainError(kind, reason, message, metadata, extra);
}

function withJsonPath({ field, reason, description }: FieldViolation): FieldViolation {
  return { field: jsonPath(field), reason, description };
}

function jsonPath(field: string): string {
  return field.replace(joint, (_, letter: string) => letter.toUpperCase());
}

/** An underscore between two letters or digits, outside of brackets. */
const joint = /(?<=[a-z0-9])_([a-z0-9])(?![^[]*\])/g;
