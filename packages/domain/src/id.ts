import { invalidField } from "./domain-error.ts";
import { IdSequence } from "./id-sequence.ts";

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const sequence = new IdSequence();

/**
 * A new id: a UUIDv7, lower case. It carries the wall clock's time (never business time), and
 * within one process each is greater than the one before, unless the wall clock is set back by
 * more than a minute. Not a secret: ids can be guessed from their neighbours.
 */
export function newId(): string {
  return sequence.next(Date.now());
}

/** Whether this is a UUIDv7 in the form we write: lower case, with hyphens. */
export function isId(text: string): boolean {
  return UUID_V7.test(text);
}

/**
 * An id from outside, in lower case, so that two spellings are one id. Throws an "invalid"
 * DomainError with reason ID_MALFORMED about `field`.
 */
export function parseId(text: string, field: string): string {
  if (isId(text)) return text;
  const id = text.toLowerCase();
  if (text.length === id.length && isId(id)) return id;
  throw invalidField(field, "ID_MALFORMED", "Write a UUID of version 7.");
}

/** When an id was made, to the millisecond, by its maker's wall clock. Must be an id. */
export function idTime(id: string): Date {
  return new Date(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16));
}
