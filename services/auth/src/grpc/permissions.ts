import type { Permission, PermissionTable } from "@tollbook/service";

const everyone: Permission = { public: true };
const owners: Permission = { roles: ["owner"] };
const members: Permission = { roles: ["owner", "admin", "billing", "viewer"] };

const reading = (scope: "account:read" | "customers:read" | "keys:read"): Permission => ({
  roles: ["owner", "admin", "billing", "viewer"],
  scope,
});
const writing = (scope: "customers:write" | "keys:write"): Permission => ({
  roles: ["owner", "admin"],
  scope,
});

export const accountPermissions: PermissionTable = {
  SignUp: everyone,
  GetAccount: reading("account:read"),
  UpdateAccount: { roles: ["owner"], scope: "account:write" },
};

/** Sessions are asked for by whoever has a password or a token, and nothing else. */
export const sessionPermissions: PermissionTable = {
  SignIn: everyone,
  RefreshSession: everyone,
  SignOut: everyone,
  VerifyEmail: everyone,
  RequestPasswordReset: everyone,
  ResetPassword: everyone,
};

export const memberPermissions: PermissionTable = {
  GetMe: members,
  ListMembers: members,
  InviteMember: owners,
  AcceptInvitation: everyone,
  UpdateMember: owners,
  RemoveMember: owners,
};

/** No root key may make another: a leaked one would outlive its revocation. */
export const rootKeyPermissions: PermissionTable = {
  CreateRootKey: { roles: ["owner", "admin"] },
  ListRootKeys: { roles: ["owner", "admin"] },
  RotateRootKey: { roles: ["owner", "admin"] },
  RevokeRootKey: { roles: ["owner", "admin"] },
};

export const customerPermissions: PermissionTable = {
  CreateCustomer: writing("customers:write"),
  GetCustomer: reading("customers:read"),
  ListCustomers: reading("customers:read"),
  UpdateCustomer: writing("customers:write"),
  SuspendCustomer: writing("customers:write"),
  ResumeCustomer: writing("customers:write"),
};

export const keyPermissions: PermissionTable = {
  IssueKeys: writing("keys:write"),
  GetKey: reading("keys:read"),
  ListKeys: reading("keys:read"),
  UpdateKey: writing("keys:write"),
  RotateKey: writing("keys:write"),
  RevokeKey: writing("keys:write"),
  DisableKey: writing("keys:write"),
  EnableKey: writing("keys:write"),
  ImportKeys: writing("keys:write"),
};

export const directoryPermissions: PermissionTable = {
  ResolveKey: { scope: "gate:check", services: true },
  WatchKeys: { scope: "gate:check", services: true },
  DescribeKeys: { services: true },
  DescribeCustomers: { services: true },
};

export const credentialPermissions: PermissionTable = {
  ResolveCredential: { services: true },
  ListSigningKeys: { services: true },
};

export const auditPermissions: PermissionTable = {
  ListAuditEntries: { roles: ["owner", "admin"] },
  VerifyAuditLog: { roles: ["owner", "admin"] },
};

export const gatePermissions: PermissionTable = {
  Check: { scope: "gate:check" },
  CheckBatch: { scope: "gate:check" },
  CheckStream: { scope: "gate:check" },
  Settle: { scope: "gate:check" },
};
