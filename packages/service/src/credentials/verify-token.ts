import { DomainError, isId } from "@tollbook/domain";
import {
  createLocalJWKSet,
  decodeProtectedHeader,
  errors,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from "jose";
import type { Caller, Role } from "../calls/caller.ts";
import type { CredentialSource } from "./credential-source.ts";
import {
  serviceOfKid,
  serviceTokenLifetimeSeconds,
  serviceTokenType,
  tokenAudience,
} from "./service-keys.ts";
import { refreshedSessionKeys } from "./session-keys.ts";
import { sessionIssuer, sessionTokenType } from "./session-token.ts";

/** Machines' clocks differ by this much at most. */
const clockTolerance = 5;
const algorithms = ["EdDSA"];
const roles: readonly string[] = ["owner", "admin", "billing", "viewer"] satisfies Role[];

/** Whom a token names, and how long it may be taken for proof. */
export interface VerifiedToken {
  /** A member, or a service that acts for no account yet. */
  readonly caller: Caller;
  /** Milliseconds since 1970. */
  readonly expiresAtMs: number;
}

/**
 * Verifies a session's or a service's JWT. Throws "unauthenticated" TOKEN_EXPIRED or
 * TOKEN_INVALID, and whatever asking for auth's keys throws.
 */
export function tokenVerifier(
  source: CredentialSource,
  serviceKeys: JSONWebKeySet,
): (token: string) => Promise<VerifiedToken> {
  const sessionKeys = refreshedSessionKeys(source);
  const keysOfServices = createLocalJWKSet(serviceKeys);
  return async (token) => {
    try {
      return typeOf(token) === serviceTokenType
        ? await verifyService(token, keysOfServices)
        : await verifySession(token, sessionKeys);
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw expired();
      if (error instanceof errors.JOSEError) throw invalid(error);
      throw error;
    }
  };
}

function typeOf(token: string): string | undefined {
  try {
    return decodeProtectedHeader(token).typ;
  } catch (error) {
    throw invalid(error); // jose's TypeError: no JWT at all
  }
}

async function verifySession(token: string, keys: JWTVerifyGetKey): Promise<VerifiedToken> {
  const { payload } = await jwtVerify(token, keys, {
    algorithms,
    clockTolerance,
    typ: sessionTokenType,
    issuer: sessionIssuer,
    audience: tokenAudience,
    requiredClaims: ["exp", "sub"],
  });
  const { acc, role, sub } = payload;
  if (typeof acc !== "string" || !isId(acc) || !isRole(role) || sub === undefined) {
    throw invalid(new Error("a session without account, member or role"));
  }
  const caller: Caller = { kind: "member", accountId: acc, memberId: sub, role };
  return { caller, expiresAtMs: expiryOf(payload) };
}

async function verifyService(token: string, keys: JWTVerifyGetKey): Promise<VerifiedToken> {
  const { payload, protectedHeader } = await jwtVerify(token, keys, {
    algorithms,
    clockTolerance,
    typ: serviceTokenType,
    audience: tokenAudience,
    maxTokenAge: serviceTokenLifetimeSeconds,
    requiredClaims: ["exp", "iss"],
  });
  const service = payload.iss ?? "";
  // A service signs for itself only, whatever it writes into its token.
  if (service === "" || serviceOfKid(protectedHeader.kid ?? "") !== service) {
    throw invalid(new Error("the token's issuer is not its key's service"));
  }
  return { caller: { kind: "service", service }, expiresAtMs: expiryOf(payload) };
}

function isRole(role: unknown): role is Role {
  return typeof role === "string" && roles.includes(role);
}

function expiryOf(payload: JWTPayload): number {
  return (payload.exp ?? 0) * 1000;
}

function expired(): DomainError {
  return new DomainError("unauthenticated", "TOKEN_EXPIRED", "This token has expired.");
}

function invalid(cause: unknown): DomainError {
  const sentence = "This token is not one of ours.";
  return new DomainError("unauthenticated", "TOKEN_INVALID", sentence, {}, { cause });
}
