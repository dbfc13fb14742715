import type { JSONWebKeySet } from "jose";

/** What auth knows of a root key. */
export interface ResolvedRootKey {
  readonly accountId: string;
  readonly rootKeyId: string;
  readonly scopes: readonly string[];
  /** When it ends by itself, on the wall clock. */
  readonly expireTime?: Date | undefined;
}

/** Where callers' credentials are looked up: auth's own storage, or a client of auth. */
export interface CredentialSource {
  /** The root key with this SHA-256; undefined if it is unknown, revoked or expired. */
  resolveRootKey(sha256: Uint8Array): Promise<ResolvedRootKey | undefined>;
  /** The public keys that sessions are signed with. */
  sessionKeys(): Promise<JSONWebKeySet>;
}
