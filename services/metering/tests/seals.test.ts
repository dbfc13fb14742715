import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { PeriodSealed } from "@tollbook/contracts/metering/v1/events";
import { type Interval, newId } from "@tollbook/domain";
import { eventually } from "@tollbook/testing";
import { applyEntitlement } from "../src/app/apply-entitlement.ts";
import { metering } from "../src/app/index.ts";
import type { Storage } from "../src/app/needs.ts";
import type { SealedPeriod } from "../src/app/seal-periods.ts";
import { reconcile } from "./reconcile.ts";
import { batchOf, TestAccount, type TestCustomer } from "./test-account.ts";
import { TestGate } from "./test-gate.ts";
import { START, type TestMetering, testMetering } from "./test-metering.ts";

const DAY_MS = 24 * 3_600_000;

/** A customer whose running month may be sealed. */
async function subscribed(settings = {}) {
  const metering = await testMetering(settings);
  const account = new TestAccount(metering);
  const customer = account.customer();
  account.entitle(customer);
  await new TestGate(account).ask(customer, 0);
  const period = account.month();
  const seal = async (splitTimes: Date[] = []) => {
    const reference = referenceOf(customer, period, splitTimes);
    const [sealed] = await metering.app.sealPeriods(account.accountId, [reference]);
    assert.equal(sealed?.seal.calls, totalOf(sealed as SealedPeriod), "what was hashed is told");
    return sealed as SealedPeriod;
  };
  const travel = (days: number) => {
    metering.clock.travelTo(new Date(period.end.getTime() + days * DAY_MS));
  };
  const late = (calls: bigint, item = {}) => {
    const time = new Date(period.end.getTime() - 60_000);
    return account.record([account.cell(customer, calls, { time, ...item })]);
  };
  return { metering, account, customer, period, seal, travel, late };
}

function referenceOf(customer: TestCustomer, { start, end }: Interval, splitTimes: Date[] = []) {
  const { customerId, subscriptionId } = customer;
  return { customerId, subscriptionId, startTime: start, endTime: end, splitTimes };
}

const totalOf = ({ usage }: SealedPeriod) => usage.reduce((sum, { units }) => sum + units, 0n);

describe("sealing a period", () => {
  it("before its end and the seal delay is refused, and seals nothing", async () => {
    const { account, customer, period, metering, travel, seal } = await subscribed();
    travel(0.99);
    await assert.rejects(seal(), { kind: "failed-precondition", reason: "PERIOD_NOT_OVER" });
    const other = account.customer();
    const { app } = metering;
    const both = [
      referenceOf(other, { start: period.start, end: new Date(+period.start + DAY_MS) }),
    ];
    const refused = app.sealPeriods(account.accountId, [...both, referenceOf(customer, period)]);
    await assert.rejects(refused, { reason: "PERIOD_NOT_OVER" });
    assert.deepEqual(await account.told(), []);
  });

  it("sums its live calls by endpoint and method; refused, test and other calls are not in it", async () => {
    const { account, customer, travel, seal } = await subscribed();
    const test = { keyId: account.key(customer, { test: true }) };
    await account.record([
      account.cell(customer, 20n),
      account.cell(customer, 3n, { status: 404 }),
      account.cell(customer, 7n, { endpoint: "/v1/history/{city}", method: "POST" }),
      account.cell(customer, 5n, { refused: true }),
      account.cell(test, 11n),
      account.cell(account.customer(), 13n),
    ]);
    travel(1);
    const { usage, seal: first } = await seal();
    assert.deepEqual(
      usage.map(({ endpoint, method, units }) => [endpoint, method, units]),
      [
        ["/v1/forecast/{city}", "GET", 23n],
        ["/v1/history/{city}", "POST", 7n],
      ],
    );
    assert.equal(first.sealNumber, 1);
    await reconcile(account);
  });

  it("again without late usage gives the same seal, and tells nothing again", async () => {
    const { late, travel, seal, account } = await subscribed();
    travel(0);
    await late(20n);
    travel(1);
    const first = await seal();
    travel(2);
    assert.deepEqual(await seal(), first);
    assert.deepEqual(await account.told(), ["PeriodSealed"]);
  });

  it("again after late usage closes that too; what was sealed before never changes", async () => {
    const { late, travel, seal, account, customer, period, metering } = await subscribed();
    travel(0);
    await late(20n);
    travel(1);
    const first = await seal();
    await late(5n);
    await late(2n);
    const second = await seal();
    assert.deepEqual([first, second].map(totalOf), [20n, 27n]);
    assert.deepEqual(
      [first, second].map(({ seal: { sealNumber } }) => sealNumber),
      [1, 2],
    );
    assert.notDeepEqual(first.seal.usageSha256, second.seal.usageSha256);
    const reference = referenceOf(customer, period);
    const again = (number?: number) => {
      return metering.app.getSealedUsage(account.accountId, reference, number);
    };
    assert.deepEqual([await again(1), await again(2), await again()], [first, second, second]);
    await assert.rejects(again(3), { kind: "not-found", reason: "SEAL_NOT_FOUND" });
    await reconcile(account);
  });

  it("cuts usage where the plan version changed", async () => {
    const { account, customer, period, travel, seal } = await subscribed();
    const split = new Date(period.start.getTime() + 9 * DAY_MS);
    const at = (ms: number) => ({ time: new Date(split.getTime() + ms) });
    await account.record([
      account.cell(customer, 3n, at(-60_000)),
      account.cell(customer, 4n, at(0)),
      account.cell(customer, 5n, at(3_600_000)),
    ]);
    travel(1);
    const { usage } = await seal([split]);
    assert.deepEqual(
      usage.map(({ stretch, units }) => [stretch.start, stretch.end, units]),
      [
        [period.start, split, 3n],
        [split, period.end, 9n],
      ],
    );
  });

  it("tells of it with totals and the hash", async () => {
    const { late, travel, seal, metering, account } = await subscribed();
    travel(0);
    await late(20n);
    travel(1);
    const { seal: first } = await seal();
    const text = "select payload from outbox where account_id = $1";
    const [row] = await metering.look<{ payload: Buffer }>(text, [account.accountId]);
    const news = PeriodSealed.decode(row?.payload ?? Buffer.alloc(0));
    assert.deepEqual(news.totals, [{ meterId: account.accountId, units: 20n }]);
    assert.deepEqual([news.sealNumber, news.usageSha256], [1, first.usageSha256]);
  });

  it("that metering has not heard of counts as nothing, and is sealed all the same", async () => {
    const { account, customer, travel, seal, late, metering } = await subscribed();
    await metering.look("delete from billing_period where account_id = $1", [account.accountId]);
    const text = "update customer set fence = fence + 1 where account_id = $1";
    await metering.look(text, [account.accountId]);
    await account.record([account.cell(customer, 9n)]);
    travel(1);
    assert.equal(totalOf(await seal()), 9n);
    await late(4n);
    assert.equal(totalOf(await seal()), 13n);
    await reconcile(account);
  });

  it("that is none is invalid, with everything that is wrong", async () => {
    const { account, metering } = await subscribed();
    const startTime = new Date("2026-11-01T00:07:00Z");
    const bad = { customerId: "x", subscriptionId: newId(), startTime, endTime: undefined };
    const asked = metering.app.sealPeriods(account.accountId, [{ ...bad, splitTimes: [] }]);
    await assert.rejects(asked, (error: { violations?: { field: string }[] }) => {
      const fields = error.violations?.map(({ field }) => field);
      assert.deepEqual(fields, ["periods[0].customer_id", "periods[0]"]);
      return true;
    });
  });
});

describe("a seal that races batches", () => {
  it("has each batch in it, or late: never neither, never both", async () => {
    const { late, travel, seal, account } = await subscribed();
    travel(1);
    await late(1n);
    const sendSome = async () => {
      for (let sent = 0; sent < 15; sent += 1) await late(1n);
    };
    const batches = Array.from({ length: 8 }, sendSome);
    const first = await seal();
    const middle = await seal();
    await Promise.all(batches);
    const last = await seal();
    assert.equal(totalOf(last), 121n);
    assert.ok(totalOf(first) <= totalOf(middle) && totalOf(middle) <= 121n);
    assert.equal((await seal()).seal.sealNumber, last.seal.sealNumber);
    await reconcile(account);
  });

  it("waits for a batch that has passed the seal's row, and has it", async () => {
    const { metering, travel, seal, account, customer, period } = await subscribed();
    travel(1);
    const paused = pausedBefore(metering, "consume");
    const time = new Date(period.end.getTime() - 60_000);
    const batch = batchOf([account.cell(customer, 7n, { time })]);
    const receipt = paused.app.recordUsage(account.accountId, batch);
    await eventually(() => paused.isReached());
    const sealing = seal();
    await eventually(() => isWaiting(metering)).finally(paused.goOn);
    assert.equal((await receipt).counted, 7n);
    assert.equal(totalOf(await sealing), 7n);
    assert.equal(totalOf(await seal()), 7n);
    await reconcile(account);
  });

  it("goes before a batch that has not, which is then late", async () => {
    const { metering, travel, seal, account, customer, period } = await subscribed();
    travel(1);
    const paused = pausedBefore(metering, "share");
    const time = new Date(period.end.getTime() - 60_000);
    const batch = batchOf([account.cell(customer, 7n, { time })]);
    const receipt = paused.app.recordUsage(account.accountId, batch);
    await eventually(() => paused.isReached());
    const first = await seal();
    paused.goOn();
    assert.equal((await receipt).counted, 7n);
    const second = await seal();
    assert.deepEqual([first, second].map(totalOf), [0n, 7n]);
    assert.deepEqual(
      [first, second].map(({ seal: { sealNumber } }) => sealNumber),
      [1, 2],
    );
    await reconcile(account);
  });

  it("is not held up for ever by batches that keep coming", async () => {
    const { late, travel, seal } = await subscribed();
    travel(1);
    await late(1n);
    let sealed = false;
    const send = async () => {
      let sent = 0n;
      while (!sealed) sent += (await late(1n)).counted;
      return sent;
    };
    const senders = Array.from({ length: 6 }, send);
    await seal();
    sealed = true;
    const sent = (await Promise.all(senders)).reduce((sum, one) => sum + one, 1n);
    assert.equal(totalOf(await seal()), sent);
  });
});

/** Metering whose first batch stops inside its transaction, before it shares or before it consumes. */
function pausedBefore({ needs }: TestMetering, point: "share" | "consume") {
  let reached = false;
  const going = Promise.withResolvers<void>();
  const pause = async () => {
    reached = true;
    await going.promise;
  };
  const storage: Storage = {
    ...needs.storage,
    inAccount: (accountId, work) => {
      return needs.storage.inAccount(accountId, (store) => {
        const { fences, quotas } = store;
        const share: typeof fences.share = async (...asked) => {
          if (point === "share") await pause();
          return fences.share(...asked);
        };
        const consume: typeof quotas.consume = async (...asked) => {
          if (point === "consume") await pause();
          return quotas.consume(...asked);
        };
        return work({ ...store, fences: { ...fences, share }, quotas: { ...quotas, consume } });
      });
    },
  };
  const app = metering({ ...needs, storage });
  return { app, isReached: () => reached, goOn: going.resolve };
}

async function isWaiting({ look }: TestMetering): Promise<boolean> {
  const text = `select 1 from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`;
  return (await look(text)).length > 0;
}

describe("usage that came before its subscription was heard of", () => {
  it("becomes its own: it is sealed with it, and its limits have counted it", async () => {
    const metering = await testMetering();
    const account = new TestAccount(metering);
    const customer = account.customer();
    const bystander = account.customer();
    await account.record([
      account.cell(customer, 30n, { latency: [[4, 9]] }),
      account.event(customer),
      account.cell(bystander, 8n),
    ]);
    const limit = account.limit(customer, 35n);
    const entitlement = account.entitlement(customer, { limits: [limit] });
    const batches = Array.from({ length: 20 }, () => account.record([account.cell(customer, 1n)]));
    await metering.needs.storage.inAccount(account.accountId, (store) => {
      return applyEntitlement(store, entitlement, metering.clock.now());
    });
    await Promise.all(batches);
    assert.equal((await account.quota(customer, limit)).consumed, 51n);
    const { end } = account.month();
    const period = account.month();
    metering.clock.travelTo(new Date(end.getTime() + DAY_MS));
    const reference = referenceOf(customer, period);
    const [sealed] = await metering.app.sealPeriods(account.accountId, [reference]);
    assert.equal(totalOf(sealed as SealedPeriod), 51n);
    await reconcile(account);
  });

  it("before its start stays nobody's", async () => {
    const metering = await testMetering();
    const account = new TestAccount(metering);
    const customer = account.customer();
    const startTime = new Date(START.getTime() - 3_600_000);
    await account.record([
      account.event(customer, { time: new Date(startTime.getTime() - 60_000) }),
      account.event(customer, { time: startTime }),
    ]);
    const entitlement = account.entitlement(customer, { startTime });
    await metering.needs.storage.inAccount(account.accountId, (store) => {
      return applyEntitlement(store, entitlement, metering.clock.now());
    });
    const text = `select count(*)::int as calls from rollup join usage_cell using (account_id, cell_id)
      where account_id = $1 and subscription_id is not null`;
    const [row] = await metering.look<{ calls: number }>(text, [account.accountId]);
    assert.equal(row?.calls, 1);
    await reconcile(account);
  });
});
