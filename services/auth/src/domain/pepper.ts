import { createHmac } from "node:crypto";

/** Secrets that are in no database, oldest first; their place, from 1, is their version. */
export type Peppers = readonly Buffer[];

/** A hash as it is stored, and the pepper it was made under. */
export interface PepperedHash {
  hash: Buffer;
  pepperVersion: number;
}

/**
 * What is stored of a credential: HMAC-SHA-256 of its SHA-256 under the newest pepper. A newer
 * pepper wraps the older ones, HMAC(p2, HMAC(p1, h)), so stored hashes can be moved on without
 * knowing the credential.
 */
export function pepperedHash(sha256: Uint8Array, peppers: Peppers): PepperedHash {
  const hash = everyHash(sha256, peppers).at(-1);
  if (!hash) throw new Error("there must be a pepper");
  return { hash, pepperVersion: peppers.length };
}

/** What may be stored of a credential, under each version of the pepper, oldest first. */
export function everyHash(sha256: Uint8Array, peppers: Peppers): Buffer[] {
  const hashes: Buffer[] = [];
  let last: Uint8Array = sha256;
  for (const pepper of peppers) {
    const next = createHmac("sha256", pepper).update(last).digest();
    hashes.push(next);
    last = next;
  }
  return hashes;
}
