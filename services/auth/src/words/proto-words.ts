import {
  DefaultFailureMode,
  KeyRecord,
  Account as ProtoAccount,
  Customer as ProtoCustomer,
  type IssuedKey as ProtoIssuedKey,
  Key as ProtoKey,
  type KeyLimit as ProtoKeyLimit,
  KeyState as ProtoKeyState,
  Member as ProtoMember,
  Role as ProtoRole,
  RootKey as ProtoRootKey,
  Session as ProtoSession,
  Standing as ProtoStanding,
} from "@tollbook/contracts/auth/v1";
import type { IssuedKey } from "../app/issue-keys.ts";
import type { FoundKey, Session } from "../app/needs.ts";
import type { Account } from "../domain/account.ts";
import type { Customer } from "../domain/customer.ts";
import type { Key } from "../domain/key.ts";
import type { KeyLimit } from "../domain/key-limit.ts";
import type { Member } from "../domain/member.ts";
import type { RootKey } from "../domain/root-key.ts";

export const protoKeyState = {
  active: ProtoKeyState.ACTIVE,
  disabled: ProtoKeyState.DISABLED,
  revoked: ProtoKeyState.REVOKED,
} as const;

export const protoStanding = {
  good: ProtoStanding.GOOD,
  suspended: ProtoStanding.SUSPENDED,
  unpaid: ProtoStanding.UNPAID,
} as const;

const protoRole = {
  owner: ProtoRole.OWNER,
  admin: ProtoRole.ADMIN,
  billing: ProtoRole.BILLING,
  viewer: ProtoRole.VIEWER,
} as const;

const protoFailureMode = {
  closed: DefaultFailureMode.CLOSED,
  open: DefaultFailureMode.OPEN,
} as const;

export function protoAccount(account: Account): ProtoAccount {
  const { version: _, defaultFailureMode, ...words } = account;
  const mode = protoFailureMode[defaultFailureMode];
  return ProtoAccount.fromPartial({ ...words, defaultFailureMode: mode });
}

export function protoMember(member: Member): ProtoMember {
  const { memberId, email, name, role, emailVerified, createTime } = member;
  const words = { memberId, email, name, emailVerified, createTime };
  return ProtoMember.fromPartial({ ...words, role: protoRole[role] });
}

export function protoSession(session: Session): ProtoSession {
  return ProtoSession.fromPartial(session);
}

export function protoRootKey(rootKey: RootKey): ProtoRootKey {
  const { expireTime, revokeTime, ...words } = rootKey;
  return ProtoRootKey.fromPartial({ ...words, ...present({ expireTime, revokeTime }) });
}

export function protoCustomer(customer: Customer): ProtoCustomer {
  return ProtoCustomer.fromPartial({ ...customer, standing: protoStanding[customer.standing] });
}

export function protoKey(key: Key): ProtoKey {
  const { subscriptionId = "", expireTime, revokeTime, state, limits, ...words } = key;
  return ProtoKey.fromPartial({
    ...words,
    subscriptionId,
    limits: limits.map(protoKeyLimit),
    state: protoKeyState[state],
    ...present({ expireTime, revokeTime }),
  });
}

/** A key's own limit; the window of a rate is empty. */
export function protoKeyLimit(limit: KeyLimit): ProtoKeyLimit {
  return { ...limit, window: limit.window ?? "" };
}

export function protoIssuedKey({ key, secret }: IssuedKey): ProtoIssuedKey {
  return { key: protoKey(key), secret };
}

/** What gates and metering need of a key; with its SHA-256 only if it was asked for by that. */
export function protoKeyRecord(
  found: FoundKey,
  keySha256: Uint8Array = Buffer.alloc(0),
): KeyRecord {
  const { key, customerExternalId, standing, customerVersion } = found;
  const { keyId, customerId, name, test, scopes, metadata, version } = key;
  return KeyRecord.fromPartial({
    keyId,
    keySha256: Buffer.from(keySha256),
    customerId,
    customerExternalId,
    name,
    test,
    state: protoKeyState[key.state],
    scopes,
    metadata,
    subscriptionId: key.subscriptionId ?? "",
    limits: key.limits.map(protoKeyLimit),
    standing: protoStanding[standing],
    version,
    customerVersion,
    ...present({ expireTime: key.expireTime }),
  });
}

/** Without the fields that are not there: protobuf has no null. */
function present<T extends Record<string, unknown>>(fields: T): Partial<T> {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Partial<T>;
}
