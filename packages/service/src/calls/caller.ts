import { DomainError } from "@tollbook/domain";

/** What a member may do in their account. */
export type Role = "owner" | "admin" | "billing" | "viewer";

/** What a root key may do: `gate:check`, `usage:write`. */
export type Scope = `${string}:${string}`;

/** Who is calling, as their credential proves it; never as the request says it. */
export type Caller = Member | RootKey | ServiceCaller | Anonymous;

/** A person who signed in. */
export interface Member {
  readonly kind: "member";
  readonly accountId: string;
  readonly memberId: string;
  readonly role: Role;
}

/** A program of the account's owner. */
export interface RootKey {
  readonly kind: "root-key";
  readonly accountId: string;
  readonly rootKeyId: string;
  readonly scopes: readonly string[];
}

/** One of our services, perhaps on behalf of an account (metadata `tollbook-account`). */
export interface ServiceCaller {
  readonly kind: "service";
  readonly service: string;
  readonly accountId?: string;
}

/** Nobody: the caller of a public RPC. */
export interface Anonymous {
  readonly kind: "anonymous";
}

/**
 * The account the call is about. Throws "invalid" ACCOUNT_NOT_NAMED when a service did not say
 * whom it acts for, "unauthenticated" CREDENTIAL_MISSING for an anonymous caller.
 */
export function requireAccount(caller: Caller): string {
  if (caller.kind === "anonymous") throw credentialMissing();
  if (caller.accountId !== undefined) return caller.accountId;
  const sentence = "Name the account this call acts for, in the metadata tollbook-account.";
  throw new DomainError("invalid", "ACCOUNT_NOT_NAMED", sentence);
}

/** A call without a credential at a door that wants one. */
export function credentialMissing(): DomainError {
  const sentence = "Send a credential: the metadata `authorization: Bearer <root key or token>`.";
  return new DomainError("unauthenticated", "CREDENTIAL_MISSING", sentence);
}
