import { createHash } from "node:crypto";
import { invalidField } from "@tollbook/domain";

/** Characters of the binding kept in a token: 64 bits tell two lists apart. */
const BINDING_LENGTH = 16;

/**
 * A token that says where a list goes on: JSON of the place, bound to the list's other arguments,
 * so that it cannot be used with others by mistake. Not a secret.
 */
export function pageToken(place: unknown, argumentsOfList: unknown): string {
  const text = JSON.stringify([bindingOf(argumentsOfList), place]);
  return Buffer.from(text).toString("base64url");
}

/** The place a token names; "invalid" PAGE_TOKEN_MALFORMED if it is not of this list. */
export function placeOf<Place>(
  token: string,
  argumentsOfList: unknown,
  isPlace: (place: unknown) => place is Place,
): Place {
  try {
    const [binding, place] = JSON.parse(Buffer.from(token, "base64url").toString());
    if (binding === bindingOf(argumentsOfList) && isPlace(place)) return place;
  } catch {
    // Not JSON, or not an array: the same answer.
  }
  const sentence = "Use the token of the page before, with the other arguments unchanged.";
  throw invalidField("page_token", "PAGE_TOKEN_MALFORMED", sentence);
}

function bindingOf(argumentsOfList: unknown): string {
  const text = JSON.stringify(argumentsOfList, (_, value) => {
    return typeof value === "bigint" ? String(value) : value;
  });
  return createHash("sha256").update(text).digest("hex").slice(0, BINDING_LENGTH);
}
