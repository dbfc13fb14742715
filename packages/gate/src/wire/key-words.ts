import {
  DefaultFailureMode,
  type KeyRecord as ProtoKeyRecord,
  KeyState as ProtoKeyState,
  Standing as ProtoStanding,
  type WatchKeysResponse,
} from "@tollbook/contracts/auth/v1";
import type { KeyNews, KeyRecord, KeyState, Standing } from "../key-record.ts";

const states: Readonly<Record<number, KeyState | undefined>> = {
  [ProtoKeyState.ACTIVE]: "active",
  [ProtoKeyState.DISABLED]: "disabled",
  [ProtoKeyState.REVOKED]: "revoked",
};

const standings: Readonly<Record<number, Standing | undefined>> = {
  [ProtoStanding.GOOD]: "good",
  [ProtoStanding.SUSPENDED]: "suspended",
  [ProtoStanding.UNPAID]: "unpaid",
};

/** A key as a gate knows it. What a newer service says and we do not know is taken as a no. */
export function fromProtoKeyRecord(record: ProtoKeyRecord): KeyRecord {
  return {
    keyId: record.keyId,
    customerId: record.customerId,
    customerExternalId: record.customerExternalId,
    name: record.name,
    test: record.test,
    state: states[record.state] ?? "disabled",
    expiresAtMs: record.expireTime?.getTime(),
    scopes: record.scopes,
    allowedCidrs: record.allowedCidrs,
    metadata: record.metadata,
    subscriptionId: record.subscriptionId || undefined,
    hasOwnLimits: record.limits.length > 0,
    standing: standings[record.standing] ?? "suspended",
    version: record.version,
    customerVersion: record.customerVersion,
  };
}

/** One message of WatchKeys; undefined for news that no gate acts on. */
export function fromProtoKeyNews(response: WatchKeysResponse): KeyNews | undefined {
  const { news, version, serverTime } = response;
  const base = { version, businessMs: (serverTime ?? new Date()).getTime() };
  switch (news?.$case) {
    case "heartbeat": {
      const { importedFilter: bits, importedFilterHashes: hashes } = news.value;
      const imported = bits.length > 0 ? { bits, hashes } : undefined;
      return { ...base, kind: "heartbeat", imported };
    }
    case "key":
      return { ...base, kind: "key", key: fromProtoKeyRecord(news.value) };
    case "customer": {
      const { customerId, standing, version: customerVersion } = news.value;
      const known = standings[standing] ?? "suspended";
      return { ...base, kind: "customer", customerId, standing: known, customerVersion };
    }
    case "account": {
      const { suspended, defaultFailureMode: mode } = news.value;
      const defaultFailureMode = mode === DefaultFailureMode.OPEN ? "open" : "closed";
      return { ...base, kind: "account", account: { suspended, defaultFailureMode } };
    }
    case "resync":
      return { ...base, kind: "resync" };
    default:
      return undefined;
  }
}
