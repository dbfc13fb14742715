import { createHash, randomBytes } from "node:crypto";
import { Violations } from "@tollbook/domain";
import { checkText } from "./text-fields.ts";

/** The account's own credential for Tollbook. */
export interface RootKey {
  rootKeyId: string;
  name: string;
  scopes: string[];
  lastFour: string;
  createTime: Date;
  expireTime: Date | undefined;
  revokeTime: Date | undefined;
}

/** What a root key may be allowed. */
export const rootKeyScopes = [
  "account:read",
  "account:write",
  "billing:read",
  "billing:write",
  "customers:read",
  "customers:write",
  "gate:check",
  "keys:read",
  "keys:write",
  "usage:correct",
  "usage:read",
  "usage:write",
] as const;

/** What an embedded gate needs, and no more. */
export const defaultRootKeyScopes = ["gate:check", "usage:write"];

/** 32 random bytes, so that nobody guesses one and SHA-256 of it needs no salt. */
const secretBytes = 32;

/** A new secret, `tb_root_…`: shown once. */
export function makeRootKeySecret(): { secret: string; sha256: Buffer; lastFour: string } {
  const secret = `tb_root_${randomBytes(secretBytes).toString("base64url")}`;
  return { secret, sha256: sha256Of(secret), lastFour: secret.slice(-4) };
}

/** SHA-256 of a credential's text. */
export function sha256Of(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/** Refuses a name or scopes that mean nothing. */
export function checkRootKey(name: string, scopes: readonly string[], expireTime?: Date): void {
  const faults = new Violations();
  checkText(faults, "name", name, { min: 1, max: 100 });
  const known: ReadonlySet<string> = new Set(rootKeyScopes);
  for (const [index, scope] of scopes.entries()) {
    if (known.has(scope)) continue;
    const sentence = `Write one of ${rootKeyScopes.join(", ")}.`;
    faults.add(`scopes[${index}]`, "SCOPE_UNKNOWN", sentence);
  }
  if (expireTime && expireTime.getTime() <= Date.now()) {
    faults.add("expire_time", "EXPIRY_IN_THE_PAST", "Write a time that is still to come.");
  }
  faults.throwIfAny("ROOT_KEY_INVALID");
}
