import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { KeyRecord } from "@tollbook/contracts/auth/v1";
import { Entitlement } from "@tollbook/contracts/billing/v1";
import { Enforcement, FailureMode, Window } from "@tollbook/contracts/metering/v1";
import { newId } from "@tollbook/domain";
import { toldEntitlement } from "./told-entitlement.ts";
import { toldKey } from "./told-key.ts";

const accountId = newId();

describe("what auth tells of a key", () => {
  it("is taken with its quotas; they are hard and count calls", () => {
    const limits = [
      { limitId: newId(), name: "daily", window: "day", quota: 50n },
      { limitId: newId(), name: "fast", ratePerSecondMilli: 5_000n, burst: 10n },
    ];
    const record = KeyRecord.fromPartial({
      keyId: newId(),
      customerId: newId(),
      limits,
      version: 3n,
    });
    const told = toldKey(accountId, record);
    assert.deepEqual(
      [told.subscriptionId, told.keySha256, told.version],
      [undefined, undefined, 3n],
    );
    const [limit, ...rates] = told.limits;
    assert.deepEqual(rates, []);
    assert.deepEqual([limit?.window, limit?.quota, limit?.hard], ["day", 50n, true]);
    assert.deepEqual([limit?.subjectId, limit?.meterId], [record.keyId, accountId]);
  });
});

describe("what billing tells of a subscription", () => {
  it("is taken with its limits, on the default meter unless they name one", () => {
    const meterId = newId();
    const limits = [
      { name: "monthly", window: Window.MONTH, quota: 9n, enforcement: Enforcement.SOFT },
      { name: "heavy", window: Window.TOTAL, quota: 5n, meterId, failureMode: FailureMode.OPEN },
      { name: "rate", ratePerSecondMilli: 1_000n },
    ];
    const effectiveTime = new Date("2026-11-01T00:00:00Z");
    const told = toldEntitlement(accountId, Entitlement.fromPartial({ limits, effectiveTime }));
    assert.deepEqual(
      told.limits.map((limit) => [limit.window, limit.hard, limit.meterId, limit.failureMode]),
      [
        ["month", false, accountId, "default"],
        ["total", true, meterId, "open"],
      ],
    );
    assert.deepEqual(told.startTime, effectiveTime);
  });

  it("without a beginning makes no sense", () => {
    assert.throws(() => toldEntitlement(accountId, Entitlement.fromPartial({})));
  });
});
