import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { foreignEventId } from "../src/domain/foreign-event-id.ts";
import { reconcile } from "./reconcile.ts";
import { batchOf, holdOf, TestAccount, type TestCustomer } from "./test-account.ts";
import type { TestItem } from "./test-item.ts";
import { anotherProcess, externalIdOf, testMetering } from "./test-metering.ts";

const metering = await testMetering();

function foreign(source: string, id: string): Pick<TestItem, "eventId" | "foreign"> {
  return { eventId: foreignEventId(source, id) ?? "", foreign: true };
}

const external = (customer: TestCustomer, words: Partial<TestItem> = {}) => ({
  caller: { kind: "external-customer", externalId: externalIdOf(customer.customerId) } as const,
  ...words,
});

describe("an event with another system's id", () => {
  it("counts once for its source, however often and in whatever batch it comes", async () => {
    const account = new TestAccount(metering);
    const customer = account.customer();
    const make = (source: string, id: string) => account.event(customer, foreign(source, id));
    const first = await account.record([make("shop", "1"), make("shop", "1"), make("shop", "2")]);
    assert.deepEqual([first.counted, first.duplicates], [2n, 1]);
    const again = await account.record([make("shop", "2"), make("shop", "1"), make("blog", "1")]);
    assert.deepEqual([again.counted, again.duplicates], [1n, 2]);
    await reconcile(account);
  });

  it("is another event in another account", async () => {
    for (const account of [new TestAccount(metering), new TestAccount(metering)]) {
      const event = account.event(account.customer(), foreign("shop", "1"));
      assert.equal((await account.record([event])).counted, 1n);
    }
  });

  it("counts once when many send it at the same moment", async () => {
    const account = new TestAccount(metering);
    const customer = account.customer();
    const ids = Array.from({ length: 50 }, (_, at) => String(at));
    const sent = Array.from({ length: 8 }, () =>
      account.record(ids.map((id) => account.event(customer, foreign("race", id)))),
    );
    const receipts = await Promise.all(sent);
    const counted = receipts.reduce((sum, receipt) => sum + receipt.counted, 0n);
    assert.equal(counted, 50n);
    await reconcile(account);
  });

  it("is known for five weeks: in whatever week it was first seen", async () => {
    const account = new TestAccount(metering);
    const customer = account.customer();
    const event = () => account.event(customer, foreign("shop", "old"));
    await account.record([event()]);
    const moved = `update foreign_event set week = week - 5 where account_id = $1 returning week`;
    assert.equal((await metering.look(moved, [account.accountId])).length, 1);
    assert.equal((await account.record([event()])).duplicates, 1);
  });

  it("is added to both weeks while one turns into the next", async () => {
    const account = new TestAccount(metering);
    await account.record([account.event(account.customer(), foreign("shop", "now"))]);
    const text = `select week from foreign_event where account_id = $1`;
    const rows = await metering.look<{ week: number }>(text, [account.accountId]);
    const week = (agoMs: number) => Math.floor((Date.now() - agoMs) / 604_800_000);
    const weeks = new Set([week(0), week(300_000)]);
    assert.deepEqual(rows.map((row) => row.week).sort(), [...weeks].sort());
  });

  it("holds nothing, and needs a source and an id of 1 to 500 characters", async () => {
    const account = new TestAccount(metering);
    const customer = account.customer();
    const hold = holdOf(account.accountId, account.accountId, 1n);
    const bad = [
      account.event(customer, { ...foreign("shop", "1"), hold }),
      account.event(customer, foreign("", "1")),
      account.event(customer, foreign("shop", "x".repeat(501))),
    ];
    const receipt = await account.record(bad);
    assert.deepEqual(receipt.rejectedByReason, { HOLD_UNKNOWN: 1, FOREIGN_ID_INVALID: 2 });
    await reconcile(account);
  });
});

describe("a customer named by the account's own name", () => {
  it("is asked of auth once, and is the same customer as by its id", async () => {
    const account = new TestAccount(metering);
    const customer = account.customer();
    const { neighbours } = metering;
    const byName = () => account.event(customer, external(customer));
    assert.equal((await account.record([byName()])).counted, 1n);
    const asked = neighbours.asked;
    const byId = { caller: { kind: "customer", customerId: customer.customerId } } as const;
    const both = [
      byName(),
      account.event(customer, byId),
      account.cell(customer, 3n, external(customer)),
    ];
    assert.equal((await account.record(both)).counted, 5n);
    assert.equal(neighbours.asked, asked, "nobody was asked again");
    const cells = "select distinct customer_id, key_id from usage_cell where account_id = $1";
    const rows = await metering.look(cells, [account.accountId]);
    assert.deepEqual(rows, [{ customer_id: customer.customerId, key_id: null }]);
    await reconcile(account);
  });

  it("is known to a new process, and to one that knew its key first", async () => {
    const account = new TestAccount(metering);
    const customer = account.customer();
    await account.record([account.event(customer)]);
    await account.record([account.event(customer, external(customer))]);
    metering.neighbours.authAway = true;
    try {
      const fresh = anotherProcess(metering);
      const batch = batchOf([account.event(customer, external(customer))]);
      assert.equal((await fresh.recordUsage(account.accountId, batch)).counted, 1n);
    } finally {
      metering.neighbours.authAway = false;
    }
  });

  it("is rejected if there is none such, in this account, and to be sent again if auth is away", async () => {
    const account = new TestAccount(metering);
    const [mine, theirs] = [account.customer(), new TestAccount(metering).customer()];
    const nameless = { caller: { kind: "external-customer", externalId: "" } } as const;
    const bad = [account.event(mine, external(theirs)), account.event(mine, nameless)];
    const receipt = await account.record([account.event(mine), ...bad]);
    assert.deepEqual(receipt.rejectedByReason, { CUSTOMER_UNKNOWN: 1, CALLER_MALFORMED: 1 });
    assert.equal(receipt.counted, 1n);
    metering.neighbours.authAway = true;
    const later = await account.record([account.event(mine, external(mine))]).finally(() => {
      metering.neighbours.authAway = false;
    });
    assert.deepEqual(later.retryEvents, [0]);
    await reconcile(account);
  });
});
