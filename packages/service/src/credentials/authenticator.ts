import { createHash, hash } from "node:crypto";
import type { Metadata } from "@grpc/grpc-js";
import { DomainError, isId } from "@tollbook/domain";
import type { JSONWebKeySet } from "jose";
import { LRUCache } from "lru-cache";
import { type Caller, credentialMissing } from "../calls/caller.ts";
import type { CredentialSource } from "./credential-source.ts";
import { tokenVerifier } from "./verify-token.ts";

/** Finds out who is calling from the metadata of a call. */
export interface Authenticator {
  /** Throws "unauthenticated" when the credential is missing, unknown or over. */
  authenticate(metadata: Metadata): Promise<Caller>;
  /** Drops what is remembered of a root key, which has changed: the next call asks auth. */
  forgetRootKey(rootKeyId: string): void;
}

/** Where to look credentials up, and whom to believe. */
export interface AuthenticatorOptions extends CredentialSource {
  /** Public keys of all services. */
  serviceKeys: JSONWebKeySet;
}

/** Names the account a service acts for. */
export const accountMetadataKey = "tollbook-account";

/** How long a proven credential is taken as proven: a revoked root key lives no longer. */
const rememberForMs = 30_000;
/** An unknown root key is asked about again after this; a flood of one bad key asks once. */
const rememberUnknownForMs = 2_000;
/** Credentials remembered at once; past it the least used is asked about again. */
const rememberedMax = 20_000;
/** Longer than any of our tokens and keys: not worth hashing. */
const headerLengthMax = 4_096;
const rootKeyPrefix = "tb_root_";

type Remembered = { caller: Caller } | { unknown: true };

/** Authenticates root keys, sessions and services; each answer is remembered for at most 30 s. */
export function createAuthenticator(options: AuthenticatorOptions): Authenticator {
  const verify = tokenVerifier(options, options.serviceKeys);
  let changes = 0;
  // Kept under the header's hash, so that no credential stays in memory.
  const remembered = new LRUCache<string, Remembered, { header: string }>({
    max: rememberedMax,
    ttl: rememberForMs,
    fetchMethod: async (_hash, _stale, { options: entry, context: { header } }) => {
      const credential = bearerOf(header);
      const changesBefore = changes;
      const { answer, ttl } = credential.startsWith(rootKeyPrefix)
        ? await askForRootKey(options, createHash("sha256").update(credential).digest())
        : await verified(verify, credential);
      // A root key changed while auth was asked: the answer may be the old one.
      entry.ttl = changes === changesBefore ? ttl : 1;
      return answer;
    },
  });
  return {
    authenticate: async (metadata) => {
      const header = authorizationOf(metadata);
      const hashed = hash("sha256", header, "base64");
      const found =
        remembered.get(hashed) ?? (await remembered.fetch(hashed, { context: { header } }));
      if (found === undefined || "unknown" in found) throw rootKeyUnknown();
      return actingFor(found.caller, metadata);
    },
    forgetRootKey: (rootKeyId) => {
      changes += 1;
      for (const [hashed, entry] of remembered.entries()) {
        const caller = "caller" in entry ? entry.caller : undefined;
        if (caller?.kind === "root-key" && caller.rootKeyId === rootKeyId) {
          remembered.delete(hashed);
        }
      }
    },
  };
}

interface Answer {
  answer: Remembered;
  /** Milliseconds; at least one, for zero would mean for ever. */
  ttl: number;
}

async function askForRootKey(source: CredentialSource, sha256: Buffer): Promise<Answer> {
  const found = await source.resolveRootKey(sha256);
  if (found === undefined) return { answer: { unknown: true }, ttl: rememberUnknownForMs };
  const { accountId, rootKeyId, scopes, expireTime } = found;
  const caller: Caller = { kind: "root-key", accountId, rootKeyId, scopes };
  return { answer: { caller }, ttl: ttlUntil(expireTime?.getTime()) };
}

async function verified(verify: ReturnType<typeof tokenVerifier>, token: string): Promise<Answer> {
  const { caller, expiresAtMs } = await verify(token);
  return { answer: { caller }, ttl: ttlUntil(expiresAtMs) };
}

function ttlUntil(endMs: number | undefined): number {
  if (endMs === undefined) return rememberForMs;
  return Math.max(1, Math.min(rememberForMs, endMs - Date.now()));
}

function authorizationOf(metadata: Metadata): string {
  const header = metadata.get("authorization")[0]?.toString();
  if (header === undefined) throw credentialMissing();
  if (header.length > headerLengthMax) throw malformed();
  return header;
}

function bearerOf(header: string): string {
  const credential = /^Bearer +([\w.~+/=-]+)$/i.exec(header)?.[1];
  if (credential === undefined) throw malformed();
  return credential;
}

function malformed(): DomainError {
  const sentence = "Write the credential as `authorization: Bearer <root key or token>`.";
  return new DomainError("unauthenticated", "CREDENTIAL_MALFORMED", sentence);
}

/** Only a service may act for an account it names; everyone else has theirs. */
function actingFor(caller: Caller, metadata: Metadata): Caller {
  if (caller.kind !== "service") return caller;
  const accountId = metadata.get(accountMetadataKey)[0]?.toString();
  if (accountId === undefined) return caller;
  if (!isId(accountId)) {
    const sentence = "The metadata tollbook-account is not an account's id.";
    throw new DomainError("invalid", "ACCOUNT_ID_MALFORMED", sentence);
  }
  return { ...caller, accountId };
}

function rootKeyUnknown(): DomainError {
  const sentence = "This root key is unknown, revoked or expired.";
  return new DomainError("unauthenticated", "ROOT_KEY_UNKNOWN", sentence);
}
