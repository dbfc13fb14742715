import { KeyRecord, KeyState } from "@tollbook/contracts/auth/v1";
import { Entitlement, PlanLimit } from "@tollbook/contracts/billing/v1";
import {
  type AcquireLeasesRequest,
  Enforcement,
  GetQuotaRequest,
  QuotaServiceClient,
  RecordUsageRequest,
  ReleaseStrandedRequest,
  UsageServiceClient,
  type Window,
} from "@tollbook/contracts/metering/v1";
import { monthContaining, newId } from "@tollbook/domain";
import { createGate, type Gate, type GateSettings, hashKey, makeKey } from "@tollbook/gate";
import { meteringPorts } from "@tollbook/gate/wire";
import { clientOf, rootKey, type testPlatform } from "./test-platform.ts";
import { wireCell } from "./wire-words.ts";

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

type Platform = Awaited<ReturnType<typeof testPlatform>>;

/** A quota, or a rate by the minute. */
export interface TestLimit {
  readonly name: string;
  readonly quota?: number;
  readonly window?: Window;
  readonly ratePerMinute?: number;
  readonly burst?: number;
}

/**
 * A customer under hard limits, with a key; `quota` is what GetQuota shows, `release` makes stranded
 * units free in somebody's name.
 */
export function limitedCustomer(platform: Platform, limits: readonly TestLimit[]) {
  const accountId = newId();
  const [keyId, customerId, subscriptionId] = [newId(), newId(), newId()];
  platform.keys.push(
    KeyRecord.fromPartial({ keyId, customerId, state: KeyState.ACTIVE, version: 1n }),
  );
  const { start, end } = monthContaining(platform.clock.now(), "Asia/Kolkata");
  const ids = new Map(limits.map(({ name }) => [name, newId()]));
  platform.entitlements.push(
    Entitlement.fromPartial({
      ...{ customerId, subscriptionId, isDefault: true, timeZone: "Asia/Kolkata" },
      ...{ planName: "Free", effectiveTime: start, version: 1n, revision: 1n },
      periods: [{ startTime: start, endTime: end }],
      limits: limits.map((limit) => toPlanLimit(ids.get(limit.name) ?? "", limit)),
    }),
  );
  const { key } = makeKey({ test: false });
  const quotas = clientOf(QuotaServiceClient, platform, rootKey(accountId, "usage:read"));
  const quota = async (name: string) => {
    const request = { limitId: ids.get(name) ?? "", customerId };
    const { quota } = await quotas.getQuota(GetQuotaRequest.fromPartial(request));
    const { consumed = 0n, leased = 0n, stranded = 0n } = quota ?? {};
    return { consumed: Number(consumed), leased: Number(leased), stranded: Number(stranded) };
  };
  const release = async (name: string, by: string) => {
    const request = { limitId: ids.get(name) ?? "", customerId, requestId: newId() };
    const client = clientOf(QuotaServiceClient, platform, by);
    return client.releaseStranded(ReleaseStrandedRequest.fromPartial(request));
  };
  return { key: { accountId, keyId, customerId, key }, quota, release };
}

function toPlanLimit(limitId: string, limit: TestLimit): PlanLimit {
  const { name, quota = 0, window = 0, ratePerMinute = 0, burst = 0 } = limit;
  return PlanLimit.fromPartial({
    ...{ limitId, name, window, enforcement: Enforcement.HARD, quota: BigInt(quota) },
    ...{ ratePerMinute: BigInt(ratePerMinute), burst: BigInt(burst) },
  });
}

/** Tells of calls that no gate let through, in the running minute. */
export async function reportCalls(platform: Platform, key: GateKey, calls: number): Promise<void> {
  const minute = new Date(Math.floor(platform.clock.now().getTime() / 60_000) * 60_000);
  const credential = rootKey(key.accountId, "usage:write");
  const usage = clientOf(UsageServiceClient, platform, credential);
  const cells = [wireCell(key.keyId, BigInt(calls), minute)];
  await usage.recordUsage(RecordUsageRequest.fromPartial({ batchId: newId(), cells }));
}

/** So many of them, for one key. */
export function gatesOn(platform: Platform, key: GateKey, count: number): RealGate[] {
  return Array.from({ length: count }, () => realGate(platform, [key]));
}

/** A gate of the real engine on its own connection to metering; auth is this test. */
function realGate(
  platform: Platform,
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
