import { DomainError } from "@tollbook/domain";
import type { Caller, Role, Scope } from "./caller.ts";

/** Who may call one RPC. A caller passes if any of the grants names them; `{}` lets nobody in. */
export type Permission = PublicPermission | GuardedPermission;

/** Open to everybody; the caller is then always anonymous, whatever it sends. */
export interface PublicPermission {
  readonly public: true;
}

/** Open to those it names. */
export interface GuardedPermission {
  /** Members with one of these roles. */
  readonly roles?: readonly Role[];
  /** Root keys with this scope. */
  readonly scope?: Scope;
  /** Our own services. */
  readonly services?: boolean;
}

/** A row for every RPC of a service, by its proto name, built or not: `{ RecordUsage: … }`. */
export type PermissionTable = Readonly<Record<string, Permission>>;

/** Whether everybody may call, without a credential. */
export function isPublic(permission: Permission): permission is PublicPermission {
  return "public" in permission;
}

/** Throws "permission-denied" unless the permission names this caller: ROLE_DENIED for a member,
 * SCOPE_MISSING for a root key, SERVICE_DENIED for a service. */
export function requirePermission(permission: Permission, caller: Caller, rpc: string): void {
  if (isPublic(permission)) return;
  if (caller.kind === "member") {
    if (!permission.roles?.includes(caller.role)) throw roleDenied(caller.role, rpc);
  } else if (caller.kind === "root-key") {
    const { scope } = permission;
    if (scope === undefined || !caller.scopes.includes(scope)) throw scopeMissing(scope, rpc);
  } else if (caller.kind !== "service" || permission.services !== true) {
    const sentence = `${rpc} is not open to this caller.`;
    throw new DomainError("permission-denied", "SERVICE_DENIED", sentence, { rpc });
  }
}

function roleDenied(role: Role, rpc: string): DomainError {
  const sentence = `A member with the role ${role} may not call ${rpc}.`;
  return new DomainError("permission-denied", "ROLE_DENIED", sentence, { rpc, role });
}

function scopeMissing(scope: Scope | undefined, rpc: string): DomainError {
  const sentence = scope
    ? `This root key lacks the scope ${scope}, which ${rpc} asks for.`
    : `${rpc} is not open to root keys.`;
  return new DomainError("permission-denied", "SCOPE_MISSING", sentence, {
    rpc,
    ...(scope && { scope }),
  });
}
