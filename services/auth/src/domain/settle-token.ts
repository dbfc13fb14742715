import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { DomainError } from "@tollbook/domain";

const algorithm = "aes-256-gcm";
const ivBytes = 12;
const tagBytes = 16;

/** Seals and opens settle tokens under a key that all processes of auth share. */
export interface TokenSeal {
  seal(content: unknown, accountId: string): string;
  /** Throws "invalid" SETTLE_TOKEN_MALFORMED for what was not sealed for this account. */
  open(token: string, accountId: string): unknown;
}

/**
 * A reservation travels with the caller, so that any process can settle it. Sealed, because what
 * it says is taken at its word; bound to the account as additional data.
 */
export function tokenSeal(pepper: Buffer): TokenSeal {
  const key = Buffer.from(hkdfSync("sha256", pepper, "", "tollbook settle token", 32));
  return {
    seal(content, accountId) {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv(algorithm, key, iv).setAAD(Buffer.from(accountId));
      const sealed = [iv, cipher.update(JSON.stringify(content)), cipher.final()];
      return Buffer.concat([...sealed, cipher.getAuthTag()]).toString("base64url");
    },
    open(token, accountId) {
      const bytes = Buffer.from(token, "base64url");
      if (bytes.length <= ivBytes + tagBytes) throw malformed();
      const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, ivBytes))
        .setAAD(Buffer.from(accountId))
        .setAuthTag(bytes.subarray(-tagBytes));
      try {
        const text = decipher.update(bytes.subarray(ivBytes, -tagBytes));
        return JSON.parse(Buffer.concat([text, decipher.final()]).toString());
      } catch {
        throw malformed();
      }
    },
  };
}

function malformed(): DomainError {
  const sentence = "settle_token: Send back the token as Check gave it to this account.";
  return new DomainError("invalid", "SETTLE_TOKEN_MALFORMED", sentence);
}
