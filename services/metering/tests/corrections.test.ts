import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { newId } from "@tollbook/domain";
import { foreignEventId } from "../src/domain/foreign-event-id.ts";
import { reconcile } from "./reconcile.ts";
import { batchOf, holdOf, TestAccount } from "./test-account.ts";
import { TestGate } from "./test-gate.ts";
import type { TestItem } from "./test-item.ts";
import { START, testMetering } from "./test-metering.ts";
import { defineMeter, readMeter } from "./test-meters.ts";

const DAY_MS = 24 * 3_600_000;

/** A customer with a limit of 100 calls a month. */
async function limited() {
  const metering = await testMetering();
  const account = new TestAccount(metering);
  const customer = account.customer();
  const limit = account.limit(customer, 100n);
  account.entitle(customer, { limits: [limit] });
  await new TestGate(account).ask(customer, 0);
  const used = async () => (await account.quota(customer, limit)).consumed;
  const sums = async () => {
    const text = `select sum(calls)::text as calls, sum(refused)::text as refused,
        sum(errors)::text as errors, sum(units)::text as units, sum(bytes)::text as bytes,
        sum(coalesce(latency_3, 0))::text as fast
      from rollup where account_id = $1`;
    const [row] = await metering.look<Record<string, string>>(text, [account.accountId]);
    return row;
  };
  return { metering, account, customer, limit, used, sums };
}

/** An event that takes another back. */
function reversing(event: TestItem, more: Partial<TestItem> = {}): TestItem {
  const corrects = { kind: "event", eventId: event.eventId } as const;
  return { ...event, eventId: newId(), foreign: false, corrects, ...more };
}

/** A cell that takes from another. */
function taking(
  cell: TestItem,
  batchId: string,
  more: Partial<TestItem> & { at?: number } = {},
): TestItem {
  const { at: index = 0, ...rest } = more;
  return { ...cell, corrects: { kind: "cell", batchId, index } as const, ...rest };
}

describe("an event that takes another back", () => {
  it("takes it from rollups and counters, and says so in its receipt", async () => {
    const { account, customer, used, sums } = await limited();
    const words = { status: 500, units: 7n, latency: [[3, 1]] as [number, number][] };
    const [kept, wrong] = [account.event(customer), account.event(customer, words)];
    await account.record([kept, wrong]);
    const receipt = await account.record([reversing(wrong)]);
    assert.deepEqual([receipt.counted, receipt.rejected, receipt.duplicates], [-1n, 0, 0]);
    const left = { calls: "1", refused: "0", errors: "0", units: "1", bytes: "1000", fast: "0" };
    assert.deepEqual(await sums(), left);
    assert.equal(await used(), 1n);
    await reconcile(account);
  });

  it("makes room again for gates", async () => {
    const { account, customer } = await limited();
    const events = Array.from({ length: 100 }, () => account.event(customer));
    await account.record(events);
    const gate = new TestGate(account);
    assert.equal((await account.acquire(gate.gateId, customer, 5)).grants[0]?.grantedCalls, 0);
    await account.record(events.slice(0, 3).map((event) => reversing(event)));
    assert.equal((await account.acquire(gate.gateId, customer, 5)).grants[0]?.grantedCalls, 3);
    await reconcile(account);
  });

  it("does so once: its repeats are duplicates, others are rejected, also at the same moment", async () => {
    const { account, customer, used } = await limited();
    const events = Array.from({ length: 20 }, () => account.event(customer));
    await account.record(events);
    const back = events.map((event) => reversing(event));
    const sent = Array.from({ length: 6 }, () => account.record(back));
    const receipts = await Promise.all(sent);
    const taken = receipts.map(({ counted }) => Number(counted)).sort((one, other) => one - other);
    assert.deepEqual(taken, [-20, 0, 0, 0, 0, 0]);
    assert.equal(
      receipts.reduce((sum, { duplicates }) => sum + duplicates, 0),
      100,
    );
    const other = await account.record(events.map((event) => reversing(event)));
    assert.deepEqual(other.rejectedByReason, { CORRECTION_REPEATED: 20 });
    const twice = await account.record([account.event(customer)]);
    assert.equal(twice.counted, 1n);
    assert.equal(await used(), 1n);
    await reconcile(account);
  });

  it("is answered the same when its batch comes again, and an event taken back is not counted anew", async () => {
    const { account, customer, used } = await limited();
    const event = account.event(customer);
    await account.record([event]);
    const batch = batchOf([reversing(event), reversing(account.event(customer))]);
    const { app } = account.metering;
    const first = await app.recordUsage(account.accountId, batch);
    const again = await app.recordUsage(account.accountId, batch);
    assert.deepEqual([again.repeated, again.commitTime], [true, first.commitTime]);
    assert.deepEqual([again.counted, again.rejections], [first.counted, first.rejections]);
    assert.deepEqual(first.rejectedByReason, { CORRECTION_UNKNOWN: 1 });
    assert.equal((await account.record([event])).duplicates, 1);
    assert.equal(await used(), 0n);
    await reconcile(account);
  });

  it("has to repeat what was counted, holds nothing, and is no older than 35 days", async () => {
    const { account, customer, used } = await limited();
    const event = account.event(customer);
    await account.record([event]);
    const old = { time: new Date(account.metering.clock.now().getTime() - 36 * DAY_MS) };
    const receipt = await account.record([
      reversing(event, { status: 404 }),
      reversing(event, { units: 2n }),
      reversing(event, { properties: { a: "b" } }),
      reversing(event, { hold: holdOf(newId(), newId(), 1n) }),
      reversing(event, old),
      reversing(event, { corrects: "malformed" }),
      reversing(account.event(new TestAccount(account.metering).customer())),
    ]);
    assert.deepEqual(receipt.rejectedByReason, {
      ...{ HOLD_UNKNOWN: 1, TIME_TOO_OLD: 1, CORRECTION_MALFORMED: 1, KEY_UNKNOWN: 1 },
      CORRECTION_DIFFERS: 3,
    });
    assert.equal(await used(), 1n);
    await reconcile(account);
  });

  it("takes back a foreign event by the id made of its source and id", async () => {
    const { account, customer, used } = await limited();
    const eventId = foreignEventId("shop", "1") ?? "";
    const event = account.event(customer, { eventId, foreign: true });
    await account.record([event]);
    assert.equal((await account.record([reversing(event)])).counted, -1n);
    assert.equal(await used(), 0n);
    await reconcile(account);
  });

  it("takes back a refused call, which is on no counter", async () => {
    const { account, customer, used, sums } = await limited();
    const refused = account.event(customer, { refused: true, status: 0 });
    await account.record([refused, account.event(customer)]);
    assert.equal((await account.record([reversing(refused)])).counted, -1n);
    assert.deepEqual([(await sums())?.refused, await used()], ["0", 1n]);
    await reconcile(account);
  });

  it("never stands in one batch with usage that is added", async () => {
    const { account, customer } = await limited();
    const event = account.event(customer);
    await account.record([event]);
    const mixed = account.record([reversing(event), account.event(customer)]);
    await assert.rejects(mixed, { kind: "invalid", reason: "BATCH_MIXED" });
  });
});

describe("a cell that takes from another", () => {
  it("takes parts of it until nothing is left, and never more", async () => {
    const { account, customer, used, sums } = await limited();
    const latency = [
      [3, 6],
      [9, 2],
    ] as [number, number][];
    const cells = [
      account.cell(customer, 50n),
      account.cell(customer, 8n, { latency, status: 500 }),
    ];
    const { batchId } = await account.record(cells);
    const [, cell] = cells as [TestItem, TestItem];
    const part = (count: bigint, more: Partial<TestItem> = {}) =>
      taking(cell, batchId, { ...{ at: 1, count, units: count, latency: [] }, ...more });
    const bytes = { requestBytes: 0n, responseBytes: 0n };
    const fast = { ...bytes, latency: [[3, 6]] as [number, number][] };
    const first = await account.record([part(1n, bytes), part(6n, fast)]);
    assert.equal(first.counted, -7n);
    const slow = { ...bytes, latency: [[3, 1]] as [number, number][] };
    const second = await account.record([part(2n, bytes), part(1n, slow)]);
    assert.deepEqual(second.rejectedByReason, { CORRECTION_TOO_LARGE: 2 });
    const rest = part(1n, { latency: [[9, 1]] });
    assert.equal((await account.record([rest])).counted, -1n);
    const left = { calls: "50", refused: "0", errors: "0", units: "50", bytes: "1000", fast: "0" };
    assert.deepEqual(await sums(), left);
    const more = await account.record([part(1n, bytes)]);
    assert.deepEqual(more.rejectedByReason, { CORRECTION_TOO_LARGE: 1 });
    assert.equal(await used(), 50n);
    await reconcile(account);
  });

  it("takes no more than is there when many take at the same moment", async () => {
    const { account, customer, used } = await limited();
    const cells = [account.cell(customer, 10n), account.cell(customer, 20n, { endpoint: "/b" })];
    const { batchId } = await account.record(cells);
    const back = cells.map((cell, at) =>
      taking(cell, batchId, { at, count: 4n, units: 4n, requestBytes: 0n, responseBytes: 0n }),
    );
    const sent = Array.from({ length: 8 }, (_, at) => {
      return account.record(at % 2 === 0 ? back : [...back].reverse());
    });
    await Promise.all(sent);
    assert.equal(await used(), 2n);
    await reconcile(account);
  });

  it("has to be the same cell of a batch of this account", async () => {
    const { account, customer, used } = await limited();
    const cell = account.cell(customer, 5n);
    const { batchId } = await account.record([account.event(customer), cell]);
    const theirs = new TestAccount(account.metering);
    const other = await theirs.record([theirs.cell(theirs.customer(), 5n)]);
    const receipt = await account.record([
      taking(cell, batchId, { endpoint: "/v1/other" }),
      taking(cell, batchId, { time: new Date(Number(cell.time) - 60_000) }),
      taking(cell, batchId, { at: 1 }),
      taking(cell, newId()),
      taking(cell, other.batchId),
    ]);
    assert.deepEqual(receipt.rejectedByReason, { CORRECTION_DIFFERS: 2, CORRECTION_UNKNOWN: 3 });
    assert.equal(await used(), 6n);
    await reconcile(account);
  });
});

describe("usage taken back", () => {
  it("in a sealed period is late usage below zero, which the next seal closes", async () => {
    const { metering, account, customer } = await limited();
    const period = account.month();
    const time = new Date(period.end.getTime() - 60_000);
    metering.clock.travelTo(period.end);
    const [event, cell] = [account.event(customer, { time }), account.cell(customer, 9n, { time })];
    const { batchId } = await account.record([event, cell]);
    metering.clock.travelTo(new Date(period.end.getTime() + 2 * DAY_MS));
    const { customerId, subscriptionId } = customer;
    const { start: startTime, end: endTime } = period;
    const reference = { customerId, subscriptionId, startTime, endTime, splitTimes: [] };
    const seal = async () => {
      const [sealed] = await metering.app.sealPeriods(account.accountId, [reference]);
      return sealed;
    };
    assert.deepEqual(
      (await seal())?.usage.map(({ units }) => units),
      [10n],
    );
    const part = taking(cell, batchId, {
      count: 4n,
      units: 4n,
      requestBytes: 0n,
      responseBytes: 0n,
    });
    assert.equal((await account.record([reversing(event), part])).counted, -5n);
    const text = `select seal_number, sum(calls)::text as calls from rollup
      where account_id = $1 group by 1 order by 1`;
    const rows = await metering.look(text, [account.accountId]);
    assert.deepEqual(rows, [
      { seal_number: 1, calls: "10" },
      { seal_number: 2, calls: "-5" },
    ]);
    const second = await seal();
    assert.deepEqual([second?.seal.sealNumber, second?.seal.calls], [2, 5n]);
    assert.deepEqual(
      second?.usage.map(({ units }) => units),
      [5n],
    );
    await reconcile(account);
  });

  it("is taken from meters that add up, and leaves the greatest as it is", async () => {
    const { metering, account, customer } = await limited();
    const properties = { city: "Pune" };
    const sum = await defineMeter(account, { name: "a", aggregation: "sum", properties });
    const most = await defineMeter(account, { name: "b", aggregation: "max" });
    metering.clock.travelTo(new Date(START.getTime() + 1_800_000));
    const big = account.event(customer, { units: 70n, properties });
    await account.record([big, account.event(customer, { units: 5n, properties })]);
    const values = async () => {
      const answers = [
        await readMeter(account, sum.meterId),
        await readMeter(account, most.meterId),
      ];
      return answers.map(({ total }) => total.value);
    };
    assert.deepEqual(await values(), [75n, 70n]);
    await account.record([reversing(big)]);
    assert.deepEqual(await values(), [5n, 70n]);
    await reconcile(account);
  });

  it("of a key that moved to another subscription is rejected, not taken from the other", async () => {
    const { metering, account, customer } = await limited();
    const [event, other] = [account.event(customer), account.event(customer)];
    await account.record([event]);
    const { accountId } = account;
    const moved = `update usage_cell set subscription_id = $2, dimensions_hash = gen_random_uuid()
      where account_id = $1`;
    await metering.look(moved, [accountId, newId()]);
    const fresh = await testMetering();
    const elsewhere = new TestAccount(fresh);
    Object.assign(elsewhere, { accountId });
    await elsewhere.record([other]);
    const receipt = await elsewhere.record([reversing(event), reversing(other)]);
    assert.deepEqual(
      [receipt.counted, receipt.rejectedByReason],
      [0n, { CORRECTION_MISPLACED: 2 }],
    );
    const again = await elsewhere.record([reversing(other)]);
    assert.equal(again.counted, -1n, "nothing was marked as taken");
  });

  it("needs no memory of more than 36 days", async () => {
    const { metering, account, customer } = await limited();
    const event = account.event(customer);
    const { batchId } = await account.record([event, account.cell(customer, 1n)]);
    await account.record([reversing(event), taking(account.cell(customer, 1n), batchId)]);
    const tables = ["corrected_event", "corrected_cell"];
    const rows = () =>
      Promise.all(
        tables.map((name) =>
          metering.look(`select 1 from ${name} where account_id = '${account.accountId}'`),
        ),
      );
    await metering.needs.storage.dropOldCorrections();
    assert.deepEqual(
      (await rows()).map(({ length }) => length),
      [1, 1],
    );
    for (const name of tables) {
      const older = `update ${name} set corrected_time = now() - interval '37 days' where account_id = $1`;
      await metering.look(older, [account.accountId]);
    }
    await metering.needs.storage.dropOldCorrections();
    assert.deepEqual(
      (await rows()).map(({ length }) => length),
      [0, 0],
    );
  });
});
