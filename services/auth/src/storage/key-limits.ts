import type { KeyLimit } from "../domain/key-limit.ts";

/** A key's limit as stored: large counts as text, so that none loses a digit. */
export interface KeyLimitDocument {
  limitId: string;
  name: string;
  window?: KeyLimit["window"];
  quota: string;
  ratePerSecondMilli: string;
  ratePerMinute: string;
  burst: string;
}

export function toLimitDocument(limit: KeyLimit): KeyLimitDocument {
  const { limitId, name, window, quota, ratePerSecondMilli, ratePerMinute, burst } = limit;
  return {
    ...{ limitId, name, window },
    quota: quota.toString(),
    ratePerSecondMilli: ratePerSecondMilli.toString(),
    ratePerMinute: ratePerMinute.toString(),
    burst: burst.toString(),
  };
}

export function fromLimitDocument(document: KeyLimitDocument): KeyLimit {
  const { limitId, name, window, quota, ratePerSecondMilli, ratePerMinute, burst } = document;
  return {
    ...{ limitId, name, window },
    quota: BigInt(quota),
    ratePerSecondMilli: BigInt(ratePerSecondMilli),
    ratePerMinute: BigInt(ratePerMinute),
    burst: BigInt(burst),
  };
}
