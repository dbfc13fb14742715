import {
  type AcquireLeasesRequest,
  QuotaServiceClient,
  UsageServiceClient,
} from "@tollbook/contracts/metering/v1";
import { createGate, type Gate, type GateSettings, hashKey, makeKey } from "@tollbook/gate";
import { meteringPorts } from "@tollbook/gate/wire";
import { clientOf, rootKey, type testPlatform } from "./test-platform.ts";

/** A gate as hosts embed it, with its asks counted and its line to be cut. */
export interface RealGate {
  readonly gate: Gate;
  /** Asks for leases that left so far. */
  readonly asks: () => number;
  /** Like kill -9: nothing of it arrives any more, in either direction. */
  kill(): void;
}

/** A customer's key as gates resolve it. */
export interface GateKey {
  readonly accountId: string;
  readonly keyId: string;
  readonly customerId: string;
  /** As a caller presents it. */
  readonly key: string;
}

/** Gives a known key a text that gates can be shown. */
export function presentable(ids: Omit<GateKey, "key">): GateKey {
  return { ...ids, key: makeKey({ test: false }).key };
}

/** A gate of the real engine on its own connection to metering; auth is this test. */
export function realGate(
  platform: Awaited<ReturnType<typeof testPlatform>>,
  keys: readonly GateKey[],
  settings: Partial<GateSettings> = {},
): RealGate {
  const accountId = keys[0]?.accountId ?? "";
  const credential = rootKey(accountId, "usage:write", "gate:check");
  const quotas = clientOf(QuotaServiceClient, platform, credential);
  const usage = clientOf(UsageServiceClient, platform, credential);
  let [asks, alive] = [0, true];
  const cut = async <T>(send: () => Promise<T>): Promise<T> => {
    if (!alive) return new Promise(() => {});
    const answer = await send();
    return alive ? answer : new Promise<T>(() => {});
  };
  const ports = meteringPorts({
    acquireLeases: (request: AcquireLeasesRequest) => {
      asks += 1;
      return cut(() => quotas.acquireLeases(request));
    },
    releaseLeases: (request) => cut(() => quotas.releaseLeases(request)),
    recordUsage: (request) => cut(() => usage.recordUsage(request)),
  });
  const records = new Map(keys.map((key) => [hashKey(key.key), recordOf(key)]));
  const gate = createGate({
    settings,
    ports: {
      ...ports,
      resolveKey: async (sha256) => records.get(sha256),
      watchKeys: async function* () {
        yield { kind: "heartbeat", version: 1n, businessMs: platform.clock.now().getTime() };
        await new Promise(() => {});
      },
    },
  });
  return {
    gate,
    asks: () => asks,
    kill: () => {
      alive = false;
    },
  };
}

function recordOf({ keyId, customerId }: GateKey) {
  return {
    ...{ keyId, customerId, customerExternalId: "abc", name: "key", test: false },
    ...{ state: "active" as const, scopes: [], allowedCidrs: [], metadata: {} },
    ...{ hasOwnLimits: false, standing: "good" as const, version: 1n, customerVersion: 1n },
  };
}
