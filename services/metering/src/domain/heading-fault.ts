import { isId } from "@tollbook/domain";
import { isGarbled } from "./garbled.ts";
import type { RejectionReason } from "./rejection.ts";
import type { CallerName, HeadingWords } from "./usage-heading.ts";

/** Longer ones are raw paths, not templates. */
const ENDPOINT_LENGTH_MAX = 200;
/** As auth keeps them. */
const EXTERNAL_ID_LENGTH_MAX = 100;

export const METHOD = /^[A-Z][A-Z-]{0,15}$/;
const SHA256_HEX = /^[0-9a-f]{64}$/;

/** Why nothing can be counted under these words, or undefined. */
export function headingFault(words: HeadingWords): RejectionReason | undefined {
  const { caller, endpoint, method, status } = words;
  if (caller === undefined) return "CALLER_MISSING";
  if (!isWellFormed(caller)) return "CALLER_MALFORMED";
  const length = endpoint.length;
  if (length === 0 || length > ENDPOINT_LENGTH_MAX || isGarbled(endpoint)) {
    return "ENDPOINT_INVALID";
  }
  if (!METHOD.test(method)) return "METHOD_INVALID";
  return status !== 0 && (status < 100 || status > 599) ? "STATUS_INVALID" : undefined;
}

function isWellFormed(caller: CallerName): boolean {
  switch (caller.kind) {
    case "key":
      return isId(caller.keyId);
    case "key-hash":
      return SHA256_HEX.test(caller.keySha256);
    case "customer":
      return isId(caller.customerId);
    case "external-customer":
      return isExternalId(caller.externalId);
  }
}

function isExternalId(text: string): boolean {
  return text.length > 0 && text.length <= EXTERNAL_ID_LENGTH_MAX && !isGarbled(text);
}
