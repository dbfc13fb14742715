import { Violations } from "@tollbook/domain";
import { checkKeyLimits, type KeyLimit, type KeyLimitWords } from "./key-limit.ts";
import { checkLabels, type Labels } from "./labels.ts";
import { checkText } from "./text-fields.ts";

export type KeyState = "active" | "disabled" | "revoked";

/** A customer's API key, without its secret. */
export interface Key {
  keyId: string;
  customerId: string;
  name: string;
  /** What it begins with: `tb_live`, or `tb_live_wn` with the owner's prefix `wn`. */
  prefix: string;
  lastFour: string;
  test: boolean;
  state: KeyState;
  subscriptionId: string | undefined;
  scopes: string[];
  metadata: Labels;
  /** Limits of its own. */
  limits: KeyLimit[];
  version: bigint;
  createTime: Date;
  expireTime: Date | undefined;
  revokeTime: Date | undefined;
}

/** What the account says of new keys. */
export interface KeyWords {
  customerId: string;
  name: string;
  count: number;
  test: boolean;
  /** The owner's own prefix; empty for none. */
  prefix: string;
  subscriptionId: string | undefined;
  scopes: string[];
  metadata: Labels;
  limits: KeyLimitWords[];
  expireTime: Date | undefined;
}

/** One transaction writes them all. */
const keysPerRequestMax = 1_000;
const scopesMax = 50;
const scopeLengthMax = 200;

/** Refuses words that no key can be issued with, with everything that is wrong at once. */
export function checkKeys(words: KeyWords, now: Date): void {
  const faults = new Violations();
  checkText(faults, "name", words.name, { min: 0, max: 100 });
  if (words.count > keysPerRequestMax) {
    faults.add("count", "TOO_MANY", `Issue at most ${keysPerRequestMax} keys at once.`);
  }
  if (words.prefix !== "" && !/^[a-z0-9]{2,10}$/.test(words.prefix)) {
    faults.add("prefix", "KEY_PREFIX_MALFORMED", "Write 2 to 10 of a-z and 0-9.");
  }
  checkScopes(faults, words.scopes);
  checkLabels(faults, "metadata", words.metadata);
  checkKeyLimits(faults, words.limits);
  if (words.expireTime && words.expireTime <= now) {
    faults.add("expire_time", "EXPIRY_IN_THE_PAST", "Write a time that is still to come.");
  }
  faults.throwIfAny("KEY_INVALID");
}

function checkScopes(faults: Violations, scopes: readonly string[]): void {
  if (scopes.length > scopesMax) {
    faults.add("scopes", "TOO_MANY", `Write at most ${scopesMax} patterns.`);
    return;
  }
  for (const [index, scope] of scopes.entries()) {
    checkText(faults, `scopes[${index}]`, scope, { min: 1, max: scopeLengthMax });
  }
}
