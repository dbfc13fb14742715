import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  RecordUsageRequest,
  type RecordUsageResponse,
  type UsageCell,
  type UsageEvent,
  UsageServiceClient,
  UsageServiceService,
} from "@tollbook/contracts/metering/v1";
import { newId } from "@tollbook/domain";
import { needs } from "@tollbook/testing";
import fc from "fast-check";
import type { RejectionReason } from "../src/domain/rejection.ts";
import { clientOf, rootKey, testPlatform } from "./test-platform.ts";
import { meteredKey, wireCell, wireEvent } from "./wire-words.ts";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** The clock goes on while the test runs; check-usage-item.test.ts has the edges to the millisecond. */
const EDGE_MS = 60_000;
/** As the wire carries a negative number in an unsigned field. */
const negative = (value: bigint) => BigInt.asUintN(64, -value);

/** What is wrong with an item, and the reason it has to be rejected with. */
type Fault<Item> = readonly [RejectionReason, (item: Item) => Partial<Item>];

/** Bytes that are no UTF-8 come to us as what decoding makes of them. */
const NOT_UTF8 = "\ufffd";

describe(
  "a batch of good and malformed items at the gRPC door",
  needs("postgres", "nats"),
  async () => {
    const platform = await testPlatform();
    const { accountId, keyId } = meteredKey(platform);
    const stranger = meteredKey(platform);
    const usage = clientOf(UsageServiceClient, platform, rootKey(accountId, "usage:write"));
    const now = platform.clock.now().getTime();
    const at = (ms: number) => new Date(now + ms);
    const minute = (ms: number) => new Date(Math.floor((now + ms) / MINUTE_MS) * MINUTE_MS);
    const idFrom = (ms: number) => {
      const hex = (Date.now() + ms).toString(16).padStart(12, "0");
      return `${hex.slice(0, 8)}-${hex.slice(8)}-7abc-8abc-${newId().slice(-12)}`;
    };
    const key = (value: string) => ({ $case: "keyId", value }) as const;
    const external = (value: string) => ({ $case: "customerExternalId", value }) as const;
    const labels = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, nth) => [`label${nth}`, "x"]));

    const ofBoth: Fault<UsageEvent & UsageCell>[] = [
      ["CALLER_MISSING", () => ({ caller: undefined })],
      ["CALLER_MALFORMED", () => ({ caller: key("tb_live_secret") })],
      ["CALLER_MALFORMED", () => ({ caller: external(`acme${NOT_UTF8}`) })],
      ["CALLER_MALFORMED", () => ({ caller: external("x".repeat(101)) })],
      ["KEY_UNKNOWN", () => ({ caller: key(newId()) })],
      ["KEY_UNKNOWN", () => ({ caller: key(stranger.keyId) })],
      ["ENDPOINT_INVALID", () => ({ endpoint: "" })],
      ["ENDPOINT_INVALID", () => ({ endpoint: `/${"x".repeat(200)}` })],
      ["ENDPOINT_INVALID", () => ({ endpoint: "/v1\u0000" })],
      ["ENDPOINT_INVALID", () => ({ endpoint: `/v1/${NOT_UTF8}` })],
      ["METHOD_INVALID", () => ({ method: "get" })],
      ["METHOD_INVALID", () => ({ method: "G".repeat(17) })],
      ["STATUS_INVALID", () => ({ status: 99 })],
      ["STATUS_INVALID", () => ({ status: 600 })],
      ["STATUS_INVALID", () => ({ status: 2 ** 32 - 1 })],
      ["UNITS_OUT_OF_RANGE", () => ({ units: 10n ** 12n + 1n })],
      ["UNITS_OUT_OF_RANGE", () => ({ units: negative(1n) })],
      ["BYTES_OUT_OF_RANGE", () => ({ requestBytes: 10n ** 15n + 1n })],
      ["BYTES_OUT_OF_RANGE", () => ({ responseBytes: 2n ** 64n - 1n })],
      ["HOLD_UNKNOWN", () => ({ hold: 7 })],
    ];
    const ofEvents: Fault<UsageEvent>[] = [
      ["ID_MALFORMED", () => ({ eventId: "" })],
      ["ID_MALFORMED", () => ({ eventId: "0b5c8e0e-8a3e-4d4c-9d66-0f4a3f1f5f10" })],
      ["ID_TOO_OLD", () => ({ eventId: idFrom(-36 * DAY_MS) })],
      ["ID_TOO_FAR_AHEAD", () => ({ eventId: idFrom(6 * MINUTE_MS) })],
      ["FOREIGN_ID_INVALID", () => ({ foreignId: "1" })],
      ["FOREIGN_ID_INVALID", () => ({ eventId: "", source: "shop", foreignId: NOT_UTF8 })],
      ["TIME_MISSING", () => ({ time: undefined })],
      ["TIME_TOO_OLD", () => ({ time: at(-35 * DAY_MS - 1) })],
      ["TIME_IN_FUTURE", () => ({ time: at(5 * MINUTE_MS + EDGE_MS) })],
      ["PROPERTIES_INVALID", () => ({ properties: labels(17) })],
      ["PROPERTIES_INVALID", () => ({ properties: { city: "x".repeat(65) } })],
      ["PROPERTIES_INVALID", () => ({ properties: { city: "Pune\u0000" } })],
      ["PROPERTIES_INVALID", () => ({ properties: { [NOT_UTF8]: "Pune" } })],
    ];
    const ofCells: Fault<UsageCell>[] = [
      ["COUNT_OUT_OF_RANGE", () => ({ count: 0n })],
      ["COUNT_OUT_OF_RANGE", () => ({ count: negative(5n) })],
      ["COUNT_OUT_OF_RANGE", () => ({ count: 10n ** 9n + 1n })],
      ["TIME_TOO_OLD", () => ({ minute: minute(-35 * DAY_MS - MINUTE_MS) })],
      ["TIME_IN_FUTURE", () => ({ minute: minute(7 * MINUTE_MS) })],
      ["CELL_NOT_ON_MINUTE", () => ({ minute: new Date(minute(0).getTime() + 1) })],
      ["LATENCY_INVALID", () => ({ latency: { counts: Array(39).fill(1) } })],
      ["LATENCY_INVALID", ({ count }) => ({ latency: { counts: [Number(count) + 1] } })],
    ];
    const goodEvents: Fault<UsageEvent>[1][] = [
      () => ({}),
      () => ({ time: at(-35 * DAY_MS + EDGE_MS) }),
      () => ({ time: at(5 * MINUTE_MS) }),
      () => ({ eventId: newId().toUpperCase(), status: 0 }),
      () => ({ units: 10n ** 12n, latencyUs: 2 ** 32 - 1 }),
      () => ({ properties: labels(16) }),
      () => ({ eventId: "", source: "shop", foreignId: newId() }),
    ];
    const goodCells: Fault<UsageCell>[1][] = [
      () => ({}),
      () => ({ units: 0n, latency: { counts: [1] } }),
      () => ({ minute: minute(5 * MINUTE_MS) }),
    ];

    const item = fc.oneof(
      fc.record({
        kind: fc.constant("event" as const),
        fault: fc.constantFrom(...ofBoth, ...ofEvents),
      }),
      fc.record({
        kind: fc.constant("cell" as const),
        fault: fc.constantFrom(...ofBoth, ...ofCells),
      }),
      fc.record({ kind: fc.constant("event" as const), good: fc.constantFrom(...goodEvents) }),
      fc.record({ kind: fc.constant("cell" as const), good: fc.constantFrom(...goodCells) }),
    );

    it("counts the good ones, rejects the bad ones each for its reason, and says which is which", async () => {
      const batches = fc.array(item, { minLength: 1, maxLength: 30 });
      const property = fc.asyncProperty(batches, async (items) => {
        const expected = new Map<string, RejectionReason>();
        const batch = RecordUsageRequest.fromPartial({ batchId: newId() });
        let counted = 0n;
        for (const one of items) {
          const isEvent = one.kind === "event";
          const position = `${one.kind} ${isEvent ? batch.events.length : batch.cells.length}`;
          const plain = isEvent ? wireEvent(keyId, at(0)) : wireCell(keyId, 3n, minute(0));
          const bend = "fault" in one ? one.fault[1] : one.good;
          const words = { ...plain, ...bend(plain as never) };
          if (isEvent) batch.events.push(words as UsageEvent);
          else batch.cells.push(words as UsageCell);
          if ("fault" in one) expected.set(position, one.fault[0]);
          else counted += isEvent ? 1n : 3n;
        }
        const receipt = await usage.recordUsage(batch);
        assert.deepEqual(rejectionsOf(receipt), new Map([...expected].sort()));
        assert.deepEqual([receipt.counted, receipt.rejected], [counted, BigInt(expected.size)]);
        assert.deepEqual(receipt.rejectedByReason, tally([...expected.values()]));
      });
      await fc.assert(property, { numRuns: 40 });
    });

    it("sees bytes that are no UTF-8 wherever they stand", async () => {
      const raw = clientOf(RawClient, platform, rootKey(accountId, "usage:write"));
      const places = ["/v1/QQQQ", "QQQQ-city", "QQQQ-shop"];
      const plain = wireEvent(keyId, at(0));
      const events = [
        { ...plain, eventId: newId(), endpoint: places[0] },
        { ...plain, eventId: newId(), properties: { [places[1] ?? ""]: "Pune" } },
        { ...plain, eventId: "", source: places[2], foreignId: "1" },
        { ...plain, eventId: newId() },
      ];
      const batch = RecordUsageRequest.fromPartial({ batchId: newId(), events } as object);
      const text = Buffer.from(RecordUsageRequest.encode(batch).finish()).toString("latin1");
      const bytes = Buffer.from(text.replaceAll("QQQQ", "\xff\xc0\x80\xed"), "latin1");
      const receipt = (await raw.recordUsage(bytes as never)) as RecordUsageResponse;
      assert.equal(receipt.counted, 1n);
      assert.deepEqual(receipt.rejectedByReason, {
        ...{ ENDPOINT_INVALID: 1, PROPERTIES_INVALID: 1, FOREIGN_ID_INVALID: 1 },
      });
    });

    it("rejects an event of 50,000 labels, and refuses a request of 100,000 whole", async () => {
      const events = (count: number) => [
        wireEvent(keyId, at(0)),
        wireEvent(keyId, at(0), { properties: labels(count) }),
      ];
      const fits = RecordUsageRequest.fromPartial({ batchId: newId(), events: events(50_000) });
      const receipt = await usage.recordUsage(fits);
      assert.deepEqual(
        [receipt.counted, receipt.rejectedByReason],
        [1n, { PROPERTIES_INVALID: 1 }],
      );
      const tooLarge = RecordUsageRequest.fromPartial({
        batchId: newId(),
        events: events(100_000),
      });
      await assert.rejects(usage.recordUsage(tooLarge), { reason: "RESOURCE_EXHAUSTED" });
    });
  },
);

function rejectionsOf({ rejections }: RecordUsageResponse): Map<string, string> {
  const told = rejections.map(({ position, reason }) => {
    return [`${position?.$case} ${position?.value}`, reason] as const;
  });
  return new Map(told.sort());
}

function tally(reasons: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const reason of reasons) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}

/** RecordUsage with requests that are bytes already. */
const RawClient = {
  serviceName: "tollbook.metering.v1.UsageService",
  service: {
    recordUsage: { ...UsageServiceService.recordUsage, requestSerialize: (bytes: Buffer) => bytes },
  },
};
