import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { KeyRecord, KeyState } from "@tollbook/contracts/auth/v1";
import { KeyChanged } from "@tollbook/contracts/auth/v1/events";
import { Entitlement } from "@tollbook/contracts/billing/v1";
import {
  AcquireLeasesRequest,
  Enforcement,
  GetQuotaRequest,
  ListMetersRequest,
  MeterServiceClient,
  QueryUsageRequest,
  QuotaServiceClient,
  RecordUsageRequest,
  SealPeriodsRequest,
  SealServiceClient,
  type UsageEvent,
  UsageServiceClient,
  Window,
} from "@tollbook/contracts/metering/v1";
import { QuotaExhausted } from "@tollbook/contracts/metering/v1/events";
import { monthContaining, newId } from "@tollbook/domain";
import { announcement } from "@tollbook/events";
import { serviceCredential } from "@tollbook/service";
import { eventually, needs } from "@tollbook/testing";
import { clientOf, rootKey, testPlatform } from "./test-platform.ts";

describe("metering on the wire", needs("postgres", "nats"), async () => {
  const platform = await testPlatform();
  const { clock, entitlements } = platform;
  const asMetered = async () => {
    const accountId = newId();
    const [keyId, customerId, subscriptionId, limitId] = [newId(), newId(), newId(), newId()];
    const record = { keyId, customerId, state: KeyState.ACTIVE, version: 1n };
    platform.keys.push(KeyRecord.fromPartial(record));
    const { start, end } = monthContaining(clock.now(), "Asia/Kolkata");
    entitlements.push(
      Entitlement.fromPartial({
        ...{ customerId, subscriptionId, isDefault: true, timeZone: "Asia/Kolkata", version: 1n },
        ...{ planName: "Free", effectiveTime: start, revision: 1n },
        periods: [{ startTime: start, endTime: end }],
        limits: [
          {
            limitId,
            name: "calls",
            window: Window.MONTH,
            quota: 5n,
            enforcement: Enforcement.HARD,
          },
        ],
      }),
    );
    return { accountId, keyId, customerId, subscriptionId, limitId, start, end };
  };
  const event = (keyId: string): UsageEvent =>
    ({
      ...{ eventId: newId(), caller: { $case: "keyId", value: keyId }, endpoint: "/v1/now" },
      ...{ method: "GET", status: 200, time: clock.now(), requestBytes: 0n, responseBytes: 10n },
      ...{ properties: {}, refusal: 0, admission: 0, hold: 0, correctsEventId: "" },
    }) as UsageEvent;
  const batch = (events: UsageEvent[]) =>
    RecordUsageRequest.fromPartial({ batchId: newId(), events });
  const forService = (accountId: string) => {
    const { privateKey } = platform.serviceKeys.billing;
    return { credential: serviceCredential({ service: "billing", privateKey }), actFor: accountId };
  };

  it("counts a batch, shows it, leases, refuses, tells of it on NATS", async () => {
    const { accountId, keyId, customerId, limitId, start, end } = await asMetered();
    const heard: QuotaExhausted[] = [];
    platform.bus.overhear(QuotaExhausted.$type, ({ payload }) => {
      heard.push(QuotaExhausted.decode(payload));
    });
    const credential = rootKey(accountId, "usage:write", "usage:read", "gate:check");
    const usage = clientOf(UsageServiceClient, platform, credential);
    const quotas = clientOf(QuotaServiceClient, platform, credential);
    const receipt = await usage.recordUsage(batch([event(keyId), event(keyId), event(newId())]));
    assert.deepEqual([receipt.counted, receipt.rejectedByReason], [2n, { KEY_UNKNOWN: 1 }]);
    assert.deepEqual(receipt.rejections[0]?.position, { $case: "event", value: 2 });
    const query = QueryUsageRequest.fromPartial({ startTime: start, endTime: end });
    assert.equal((await usage.queryUsage(query)).total?.calls, 2n);
    const asks = [{ keyId, endpoint: "/v1/now", method: "GET", wantedCalls: 10 }];
    const asked = AcquireLeasesRequest.fromPartial({ gateId: newId(), asks });
    const { grants, leases } = await quotas.acquireLeases(asked);
    assert.deepEqual([grants[0]?.grantedCalls, grants[0]?.planName], [3, "Free"]);
    assert.deepEqual([leases[0]?.grantedTotal, leases[0]?.expiresInMs], [3n, 60_000]);
    const other = AcquireLeasesRequest.fromPartial({ gateId: newId(), asks });
    assert.equal((await quotas.acquireLeases(other)).grants[0]?.grantedCalls, 0);
    const { quota } = await quotas.getQuota(GetQuotaRequest.fromPartial({ limitId, customerId }));
    assert.deepEqual([quota?.consumed, quota?.leased, quota?.remaining], [2n, 3n, 0n]);
    await eventually(() =>
      assert.deepEqual(
        heard.map((news) => news.limitId),
        [limitId],
      ),
    );
  });

  it("hears of a key from auth's outbox without being asked", async () => {
    const { accountId, keyId, customerId } = await asMetered();
    platform.keys.length = 0;
    const news = { keyId, customerId, state: KeyState.ACTIVE, version: 1n };
    await platform.source.database.inAccount(accountId, async (tx) => {
      tx.announce(announcement(KeyChanged, KeyChanged.fromPartial(news), accountId));
    });
    // The feed is asked at each connection to NATS, and once a minute.
    await platform.nats.stop();
    await platform.nats.start();
    const usage = clientOf(UsageServiceClient, platform, rootKey(accountId, "usage:write"));
    await eventually(async () => {
      assert.equal((await usage.recordUsage(batch([event(keyId)]))).counted, 1n);
    });
  });

  it("lets in who may, and nobody else", async () => {
    const { accountId, keyId, customerId, subscriptionId, start, end } = await asMetered();
    const denied = { kind: "permission-denied", reason: "SCOPE_MISSING" };
    const reader = clientOf(UsageServiceClient, platform, rootKey(accountId, "usage:read"));
    await assert.rejects(reader.recordUsage(batch([event(keyId)])), denied);
    const writer = clientOf(UsageServiceClient, platform, rootKey(accountId, "usage:write"));
    const byHash = { ...event(keyId), caller: { $case: "keySha256", value: Buffer.alloc(32) } };
    await assert.rejects(writer.recordUsage(batch([byHash as UsageEvent])), denied);
    const all = rootKey(accountId, "usage:write", "usage:read", "gate:check", "billing:write");
    const period = { customerId, subscriptionId, startTime: start, endTime: end };
    const sealing = SealPeriodsRequest.fromPartial({ periods: [period] });
    const seals = clientOf(SealServiceClient, platform, all);
    await assert.rejects(seals.sealPeriods(sealing), denied);
    const { credential, actFor } = forService(accountId);
    const billing = clientOf(SealServiceClient, platform, credential);
    const early = { kind: "failed-precondition", reason: "PERIOD_NOT_OVER" };
    await assert.rejects(billing.sealPeriods(sealing, { actFor }), early);
    const nobody = clientOf(UsageServiceClient, platform, "tb_root_unknown");
    await assert.rejects(nobody.recordUsage(batch([event(keyId)])), { kind: "unauthenticated" });
  });

  it("answers who asks with the proof of its sums, and with the default meter", async () => {
    const accountId = newId();
    const credential = rootKey(accountId, "usage:read", "usage:write");
    const usage = clientOf(UsageServiceClient, platform, credential);
    const { agrees, sums } = await usage.getReconciliation({});
    assert.ok(agrees && sums.length >= 5, `${sums.length} sums`);
    const meters = clientOf(MeterServiceClient, platform, credential);
    const { meters: all } = await meters.listMeters(ListMetersRequest.fromPartial({}));
    assert.deepEqual(
      all.map(({ meterId, name }) => [meterId, name]),
      [[accountId, "calls"]],
    );
    await assert.rejects(meters.getMeter({ meterId: newId() }), { reason: "METER_NOT_FOUND" });
  });

  it("tells a client with a conflict when the batch's id was used first", async () => {
    const { accountId, keyId } = await asMetered();
    const usage = clientOf(UsageServiceClient, platform, rootKey(accountId, "usage:write"));
    const first = batch([event(keyId)]);
    await usage.recordUsage(first);
    assert.equal((await usage.recordUsage(first)).repeatedBatch, true);
    const other = { ...first, events: [event(keyId)] };
    await assert.rejects(
      usage.recordUsage(other),
      (error: { reason: string; metadata: object }) => {
        assert.equal(error.reason, "BATCH_ID_REUSED");
        assert.deepEqual(Object.keys(error.metadata).sort(), [
          ...["batchId", "firstSha256", "firstTime", "thisSha256"],
        ]);
        return true;
      },
    );
  });
});
