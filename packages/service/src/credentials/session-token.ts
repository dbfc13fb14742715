import { importJWK, type JWK, SignJWT } from "jose";
import type { Role } from "../calls/caller.ts";
import { tokenAudience } from "./service-keys.ts";

/** The `typ` of members' sessions. */
export const sessionTokenType = "tollbook-session+jwt";
/** Who signs sessions. */
export const sessionIssuer = "auth";

/** Whom a session stands for. */
export interface SessionClaims {
  accountId: string;
  memberId: string;
  role: Role;
}

/** A session to be signed. */
export interface SignSessionOptions extends SessionClaims {
  /** Ed25519 private JWK with `kid`; its public half is in `CredentialSource.sessionKeys`. */
  privateKey: JWK;
  /** Short: a session ends at the next refresh after it is revoked. On the wall clock. */
  lifetimeSeconds: number;
}

/** A session as every service reads it. Only auth signs them. */
export async function signSessionToken(options: SignSessionOptions): Promise<string> {
  const { privateKey, accountId, memberId, role, lifetimeSeconds } = options;
  const kid = privateKey.kid;
  if (kid === undefined) throw new Error("the session key has no kid");
  return new SignJWT({ acc: accountId, role })
    .setProtectedHeader({ alg: "EdDSA", typ: sessionTokenType, kid })
    .setIssuer(sessionIssuer)
    .setAudience(tokenAudience)
    .setSubject(memberId)
    .setIssuedAt()
    .setExpirationTime(`${lifetimeSeconds}s`)
    .sign(await importJWK(privateKey, "EdDSA"));
}
