import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DomainError, newId } from "@tollbook/domain";
import type { RejectionReason } from "../src/domain/rejection.ts";
import { reconcile } from "./reconcile.ts";
import { batchOf, TestAccount, type TestCustomer } from "./test-account.ts";
import type { TestItem } from "./test-item.ts";
import { testMetering } from "./test-metering.ts";

const metering = await testMetering();
const DAY_MS = 24 * 3_600_000;
const now = () => metering.clock.now().getTime();
const at = (ms: number) => ({ time: new Date(now() + ms) });
/** A UUIDv7 made at another moment of the wall clock. */
const idFrom = (ms: number) => {
  const hex = (Date.now() + ms).toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7abc-8abc-0123456789ab`;
};

type BadItem = [RejectionReason, (account: TestAccount, customer: TestCustomer) => TestItem];

const badItems: Record<string, BadItem> = {
  "an id that is no UUIDv7": [
    "ID_MALFORMED",
    (account, customer) => account.event(customer, { eventId: "42" }),
  ],
  "an id made 36 days ago": [
    "ID_TOO_OLD",
    (account, customer) => account.event(customer, { eventId: idFrom(-36 * DAY_MS) }),
  ],
  "an id made 6 minutes ahead": [
    "ID_TOO_FAR_AHEAD",
    (account, customer) => account.event(customer, { eventId: idFrom(6 * 60_000) }),
  ],
  "no caller": [
    "CALLER_MISSING",
    (account, customer) => account.event(customer, { caller: undefined }),
  ],
  "a key id that is none": [
    "CALLER_MALFORMED",
    (account) => account.event({ keyId: "tb_live_secret" }),
  ],
  "a hash that is too short": [
    "CALLER_MALFORMED",
    (account, customer) =>
      account.event(customer, { caller: { kind: "key-hash", keySha256: "abcd" } }),
  ],
  "a key nobody has": ["KEY_UNKNOWN", (account) => account.event({ keyId: newId() })],
  "a key of another account": [
    "KEY_UNKNOWN",
    (account) => account.event(new TestAccount(metering).customer()),
  ],
  "a customer nobody has": [
    "CUSTOMER_UNKNOWN",
    (account, customer) =>
      account.event(customer, { caller: { kind: "customer", customerId: newId() } }),
  ],
  "no endpoint": [
    "ENDPOINT_INVALID",
    (account, customer) => account.event(customer, { endpoint: "" }),
  ],
  "an endpoint of 201 characters": [
    "ENDPOINT_INVALID",
    (account, customer) => account.event(customer, { endpoint: `/${"x".repeat(200)}` }),
  ],
  "an endpoint with a control character": [
    "ENDPOINT_INVALID",
    (account, customer) => account.event(customer, { endpoint: "/v1\u0000" }),
  ],
  "a method in small letters": [
    "METHOD_INVALID",
    (account, customer) => account.event(customer, { method: "get" }),
  ],
  "a status of 99": [
    "STATUS_INVALID",
    (account, customer) => account.event(customer, { status: 99 }),
  ],
  "a status of 600": [
    "STATUS_INVALID",
    (account, customer) => account.event(customer, { status: 600 }),
  ],
  "no time": ["TIME_MISSING", (account, customer) => account.event(customer, { time: undefined })],
  "a time 36 days back": [
    "TIME_TOO_OLD",
    (account, customer) => account.event(customer, at(-36 * DAY_MS)),
  ],
  "a time 6 minutes ahead": [
    "TIME_IN_FUTURE",
    (account, customer) => account.event(customer, at(6 * 60_000)),
  ],
  "a cell beside the minute": [
    "CELL_NOT_ON_MINUTE",
    (account, customer) => account.cell(customer, 1n, { time: new Date(now() - 90_001) }),
  ],
  "a cell of no calls": ["COUNT_OUT_OF_RANGE", (account, customer) => account.cell(customer, 0n)],
  "a cell of more than 10⁹ calls": [
    "COUNT_OUT_OF_RANGE",
    (account, customer) => account.cell(customer, 1_000_000_001n),
  ],
  "a negative count, as it comes over the wire": [
    "COUNT_OUT_OF_RANGE",
    (account, customer) => account.cell(customer, 2n ** 64n - 5n),
  ],
  "more than 10¹² units": [
    "UNITS_OUT_OF_RANGE",
    (account, customer) => account.event(customer, { units: 1_000_000_000_001n }),
  ],
  "more than 10¹⁵ bytes": [
    "BYTES_OUT_OF_RANGE",
    (account, customer) => account.event(customer, { responseBytes: 10n ** 15n }),
  ],
  "a bucket beyond the histogram": [
    "LATENCY_INVALID",
    (account, customer) => account.cell(customer, 5n, { latency: [[38, 1]] }),
  ],
  "more latencies than calls": [
    "LATENCY_INVALID",
    (account, customer) => account.cell(customer, 5n, { latency: [[3, 6]] }),
  ],
  "a property of 65 characters": [
    "PROPERTIES_INVALID",
    (account, customer) => account.event(customer, { properties: { city: "x".repeat(65) } }),
  ],
  "a hold that is not there": [
    "HOLD_UNKNOWN",
    (account, customer) => account.event(customer, { hold: "malformed" }),
  ],
};

describe("an item with", () => {
  for (const [what, [reason, make]] of Object.entries(badItems)) {
    it(`${what} is rejected as ${reason}, and the good ones beside it count`, async () => {
      const account = new TestAccount(metering);
      const customer = account.customer();
      const good = [account.event(customer), account.cell(customer, 3n)];
      const receipt = await account.record([...good, make(account, customer)]);
      assert.equal(receipt.counted, 4n);
      assert.deepEqual(receipt.rejectedByReason, { [reason]: 1 });
      assert.deepEqual(
        receipt.rejections.map((rejection) => [rejection.index, rejection.reason]),
        [[1, reason]],
      );
      await reconcile(account);
    });
  }

  it("a time at either edge is taken", async () => {
    const account = new TestAccount(metering);
    const customer = account.customer();
    const minute = 60_000;
    const edges = [at(-35 * DAY_MS + minute), at(5 * minute - 1_000)];
    const receipt = await account.record(edges.map((time) => account.event(customer, time)));
    assert.equal(receipt.counted, 2n);
  });
});

describe("a batch", () => {
  const refusal = async (items: number, batchId: string) => {
    const account = new TestAccount(metering);
    const customer = account.customer();
    const all = Array.from({ length: items }, () => account.event(customer));
    try {
      await metering.app.recordUsage(account.accountId, batchOf(all, { batchId }));
    } catch (error) {
      assert.ok(error instanceof DomainError);
      const rows = await metering.look("select 1 from usage_batch where account_id = $1", [
        account.accountId,
      ]);
      assert.equal(rows.length, 0, "nothing changed");
      return [error.kind, error.reason];
    }
  };

  it("without items is invalid", async () => {
    assert.deepEqual(await refusal(0, newId()), ["invalid", "EMPTY_BATCH"]);
  });
  it("of 10,001 items is invalid", async () => {
    assert.deepEqual(await refusal(10_001, newId()), ["invalid", "BATCH_TOO_LARGE"]);
  });
  it("under an id that is none is invalid", async () => {
    assert.deepEqual(await refusal(1, "batch-1"), ["invalid", "ID_MALFORMED"]);
  });
  it("under an id made 36 days ago is invalid", async () => {
    assert.deepEqual(await refusal(1, idFrom(-36 * DAY_MS)), ["invalid", "ID_TOO_OLD"]);
  });
  it("under an id made 6 minutes ahead is invalid", async () => {
    assert.deepEqual(await refusal(1, idFrom(6 * 60_000)), ["invalid", "ID_TOO_FAR_AHEAD"]);
  });

  it("of 10,000 items counts, and one of bad items only is answered item by item", async () => {
    const account = new TestAccount(metering);
    const customer = account.customer();
    const many = Array.from({ length: 10_000 }, () => account.event(customer));
    assert.equal((await account.record(many)).counted, 10_000n);
    const bad = many.map((event) => ({ ...event, method: "" }));
    const receipt = await account.record(bad);
    assert.deepEqual(
      [receipt.counted, receipt.rejected, receipt.rejections.length],
      [0n, 10_000, 100],
    );
    await reconcile(account);
  });

  it("whose sums leave 64 bits is invalid and changes nothing", async () => {
    const account = new TestAccount(metering);
    const customer = account.customer();
    const huge = { units: 10n ** 12n };
    await account.record([account.event(customer, huge)]);
    const text = "update rollup set units = 9223372036854775807 where account_id = $1";
    await metering.look(text, [account.accountId]);
    const sent = account.record([account.event(customer, huge)]);
    await assert.rejects(sent, { kind: "invalid", reason: "USAGE_TOO_LARGE" });
  });
});

describe("while auth is away", () => {
  it("items of unknown keys are to be sent again, and count once when it is back", async () => {
    const account = new TestAccount(metering);
    const [known, unknown] = [account.customer(), account.customer()];
    await account.record([account.event(known)]);
    const items = [account.event(known), account.event(unknown), account.cell(unknown, 7n)];
    metering.neighbours.authAway = true;
    const receipt = await account.record(items).finally(() => {
      metering.neighbours.authAway = false;
    });
    assert.deepEqual([receipt.counted, receipt.rejected], [1n, 0]);
    assert.deepEqual([receipt.retryEvents, receipt.retryCells], [[1], [0]]);
    const again = await account.record(items.slice(1));
    assert.equal(again.counted, 8n);
    await reconcile(account);
  });
});
