import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { RecordUsageRequest, UsageServiceClient } from "@tollbook/contracts/metering/v1";
import { newId } from "@tollbook/domain";
import { needs } from "@tollbook/testing";
import { clientOf, rootKey, testPlatform } from "./test-platform.ts";
import { meteredKey, wireCell, wireEvent } from "./wire-words.ts";

describe("what was sent, on the wire", needs("postgres", "nats"), async () => {
  const platform = await testPlatform();
  const now = platform.clock.now();
  const client = (accountId: string, ...scopes: string[]) => {
    return clientOf(UsageServiceClient, platform, rootKey(accountId, "usage:write", ...scopes));
  };

  it("is the same batch with its properties in another order: the same receipt", async () => {
    const { accountId, keyId } = meteredKey(platform);
    const usage = client(accountId);
    const event = wireEvent(keyId, now, { properties: { city: "Pune", tier: "gold" } });
    const batch = RecordUsageRequest.fromPartial({ batchId: newId(), events: [event] });
    const reordered = { ...event, properties: { tier: "gold", city: "Pune" } };
    const other = { ...batch, events: [reordered] };
    const bytes = [batch, other].map((one) => Buffer.from(RecordUsageRequest.encode(one).finish()));
    assert.notDeepEqual(bytes[0], bytes[1], "other bytes");
    const first = await usage.recordUsage(batch);
    const second = await usage.recordUsage(other);
    assert.deepEqual([first.repeatedBatch, second.repeatedBatch], [false, true]);
    assert.deepEqual([second.counted, second.commitTime], [first.counted, first.commitTime]);
    const changed = { ...event, properties: { city: "Pune", tier: "free" } };
    const conflict = usage.recordUsage({ ...batch, events: [changed] });
    await assert.rejects(conflict, { reason: "BATCH_ID_REUSED" });
  });

  it("is taken back by who may, and the receipt says how much", async () => {
    const { accountId, keyId } = meteredKey(platform);
    const event = wireEvent(keyId, now);
    const minute = new Date(Math.floor(now.getTime() / 60_000) * 60_000);
    const cell = wireCell(keyId, 9n, minute);
    const batch = RecordUsageRequest.fromPartial({
      ...{ batchId: newId(), events: [event], cells: [cell] },
    });
    const usage = client(accountId);
    await usage.recordUsage(batch);
    const back = RecordUsageRequest.fromPartial({
      batchId: newId(),
      events: [{ ...event, eventId: newId(), correctsEventId: event.eventId.toUpperCase() }],
      cells: [{ ...cell, count: 4n, corrects: { batchId: batch.batchId, index: 0 } }],
    });
    const denied = { kind: "permission-denied", reason: "SCOPE_MISSING" };
    await assert.rejects(usage.recordUsage(back), denied);
    const { counted, corrected } = await client(accountId, "usage:correct").recordUsage(back);
    assert.deepEqual([counted, corrected], [0n, 5n]);
  });
});
