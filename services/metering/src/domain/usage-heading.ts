import { MINUTE_MS } from "@tollbook/domain";
import { textHash } from "./hash64.ts";
import { headingFault } from "./heading-fault.ts";
import { nested } from "./nested-map.ts";
import type { RejectionReason } from "./rejection.ts";

/** Who called, as the sender names them. */
export type CallerName =
  | { readonly kind: "key"; readonly keyId: string }
  /** SHA-256 of the key in hex. */
  | { readonly kind: "key-hash"; readonly keySha256: string }
  | { readonly kind: "customer"; readonly customerId: string }
  /** The account's own name of a customer. */
  | { readonly kind: "external-customer"; readonly externalId: string };

/** What an item says of where it counts. */
export interface HeadingWords {
  readonly caller: CallerName | undefined;
  readonly endpoint: string;
  readonly method: string;
  readonly status: number;
  /** Refused calls used nothing: only that they were refused is counted. */
  readonly refused: boolean;
  /** Admission, or the start of a cell's minute: milliseconds since 1970, NaN if it was not told. */
  readonly timeMs: number;
}

/**
 * One caller, endpoint, method, status and minute: all that decides where items count. Those of a
 * batch that say the same share the object, so that it is judged and looked up once for all.
 */
export interface UsageHeading extends Omit<HeadingWords, "timeMs"> {
  /** See `callerName`. */
  readonly callerName: string;
  /** Minutes since 1970; NaN if no time was told. */
  readonly minute: number;
  /** 64 bits over all of it. */
  readonly hash: bigint;
  /** Why items cannot be counted under it, if so. */
  readonly fault: RejectionReason | undefined;
}

/** No status is larger. */
const STATUS_MAX = 1_023;

/** The headings of one batch. */
export class UsageHeadings {
  /** By method; by status, refusal and minute in one number; by caller; by endpoint. */
  readonly #known = new Map<string, Map<number, Map<string, Map<string, UsageHeading>>>>();

  /** The heading of these words; the same object for the same. */
  of(words: HeadingWords): UsageHeading {
    const { caller, endpoint, method, status, refused, timeMs } = words;
    const name = callerName(caller);
    const minute = Math.floor(timeMs / MINUTE_MS);
    // What will be rejected needs no company.
    const isWell = status >= 0 && status <= STATUS_MAX && !Number.isNaN(minute);
    if (!isWell) return newHeading(words, name, minute);
    const number = (minute * (STATUS_MAX + 1) + status) * 2 + (refused ? 1 : 0);
    const byEndpoint = nested(nested(nested(this.#known, method), number), name);
    const known = byEndpoint.get(endpoint);
    if (known !== undefined) return known;
    const heading = newHeading(words, name, minute);
    byEndpoint.set(endpoint, heading);
    return heading;
  }
}

function newHeading(words: HeadingWords, callerName: string, minute: number): UsageHeading {
  const { caller, endpoint, method, status, refused } = words;
  const hash = textHash(`${callerName}\n${method}\n${endpoint}\n${status} ${refused} ${minute}`);
  const fault = headingFault(words);
  return { caller, callerName, endpoint, method, status, refused, minute, hash, fault };
}

/** The same for the same caller; for maps. */
export function callerName(name: CallerName | undefined): string {
  switch (name?.kind) {
    case "key":
      return name.keyId;
    case "key-hash":
      return name.keySha256;
    case "customer":
      return `customer ${name.customerId}`;
    case "external-customer":
      return `external ${name.externalId}`;
    case undefined:
      return "nobody";
  }
}

/** The class of a status: 2 for 2xx, and 0 for refused calls and unknown statuses. */
export function statusClassOf({ refused, status }: Pick<HeadingWords, "refused" | "status">) {
  return refused ? 0 : Math.floor(status / 100);
}
