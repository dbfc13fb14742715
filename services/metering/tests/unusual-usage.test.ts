import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { UsageSilent, UsageSpiked } from "@tollbook/contracts/metering/v1/events";
import { noticeUsage } from "../src/app/notice-usage.ts";
import { TestAccount, type TestCustomer } from "./test-account.ts";
import { START, type TestMetering, testMetering } from "./test-metering.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** An account in a zone, looked at until now, with a way to call at any time before or after. */
async function watched(zone = "Asia/Kolkata", settings = {}, start = START) {
  const metering = await testMetering(settings);
  if (start > START) metering.clock.travelTo(start);
  const account = new TestAccount(metering);
  const { storage } = metering.needs;
  await storage.inAccount(account.accountId, ({ references }) => {
    return references.saveAccountZone(zone, 0n);
  });
  await noticeUsage(metering.needs);
  const call = (customer: TestCustomer, time: Date, calls = 1n, item = {}) => {
    const minute = new Date(Math.floor(time.getTime() / 60_000) * 60_000);
    return account.record([account.cell(customer, calls, { time: minute, ...item })]);
  };
  /** Business time goes on hour by hour, and each hour is looked at twice, by two processes. */
  const goOn = async (hours: number) => {
    for (let hour = 0; hour < hours; hour += 1) {
      metering.clock.travelTo(new Date(metering.clock.now().getTime() + HOUR_MS));
      await Promise.all([noticeUsage(metering.needs), noticeUsage(metering.needs)]);
    }
  };
  const at = (ms: number) => new Date(start.getTime() + ms);
  return { metering, account, call, goOn, at };
}

async function payloads({ look }: TestMetering, account: TestAccount) {
  const text = "select payload from outbox where account_id = $1 order by number";
  return (await look<{ payload: Buffer }>(text, [account.accountId])).map((row) => row.payload);
}

describe("a customer who used to call and stopped", () => {
  it("is told of once, hours after its last call, and again only when it called in between", async () => {
    const { metering, account, call, goOn, at } = await watched();
    const [gone, there, tried] = [account.customer(), account.customer(), account.customer()];
    for (const days of [3, 2, 1]) await call(gone, at(-days * DAY_MS));
    for (const days of [2, 1, 0]) await call(there, at(-days * DAY_MS));
    await call(tried, at(-DAY_MS));
    await call(gone, at(-DAY_MS + 3 * HOUR_MS), 1n, { refused: true, status: 429 });
    await goOn(3);
    assert.deepEqual(await account.told(), [], "a refused call is one");
    await goOn(4);
    await call(there, metering.clock.now());
    await goOn(20);
    assert.deepEqual(await account.told(), ["UsageSilent"]);
    const [news = Buffer.alloc(0)] = await payloads(metering, account);
    const { customerId, lastCallTime, hours } = UsageSilent.decode(news);
    assert.deepEqual(
      [customerId, lastCallTime, hours],
      [gone.customerId, at(-DAY_MS + 3 * HOUR_MS), 24],
    );
    await call(gone, metering.clock.now());
    await goOn(27);
    const told = (await payloads(metering, account)).map((one) => UsageSilent.decode(one));
    const names = told.map((one) => (one.customerId === gone.customerId ? "gone" : "there"));
    assert.deepEqual(names, ["gone", "there", "gone"]);
  });

  it("is told of when business time travels far, and not if nobody wants to know", async () => {
    const silentAfterMs = 0;
    const accounts = [await watched(), await watched("UTC", { silentAfterMs })];
    for (const { metering, account, call, at } of accounts) {
      const customer = account.customer();
      for (const days of [2, 1, 0]) await call(customer, at(-days * DAY_MS));
      metering.clock.travelTo(at(20 * DAY_MS));
      await metering.needs.storage.keepPartitions();
      await noticeUsage(metering.needs);
    }
    const told = await Promise.all(accounts.map(({ account }) => account.told()));
    assert.deepEqual(told, [["UsageSilent"], []]);
  });
});

describe("a customer who calls many times as much as usual", () => {
  it("is told of once for hours on end, beside the mean of the same hour of four weeks", async () => {
    const { metering, account, call, goOn, at } = await watched();
    const [wild, busy, small] = [account.customer(), account.customer(), account.customer()];
    for (const weeks of [1, 2, 3, 4]) {
      const before = at(-weeks * 7 * DAY_MS + HOUR_MS);
      await call(wild, before, 100n);
      await call(wild, at(-weeks * 7 * DAY_MS), 90_000n);
      await call(wild, new Date(before.getTime() + HOUR_MS), 100n);
      await call(busy, before, 101n);
      await call(small, before, 1n);
    }
    await goOn(1);
    await call(wild, metering.clock.now(), 1_000n);
    await call(busy, metering.clock.now(), 1_000n);
    await call(small, metering.clock.now(), 999n);
    await goOn(1);
    await call(wild, metering.clock.now(), 5_000n);
    await goOn(3);
    assert.deepEqual(await account.told(), ["UsageSpiked"]);
    const [news = Buffer.alloc(0)] = await payloads(metering, account);
    const { customerId, hourStartTime, calls, usualCalls } = UsageSpiked.decode(news);
    // 06:30 UTC is noon in India, and an hour later a full hour too.
    assert.deepEqual(
      [customerId, hourStartTime, calls, usualCalls],
      [wild.customerId, at(HOUR_MS), 1_000n, 100n],
    );
  });

  it("is told of by the clocks of its account: New York's were set back in between", async () => {
    const start = new Date("2026-11-10T14:00:00Z");
    const { metering, account, call, goOn } = await watched("America/New_York", {}, start);
    const customer = account.customer();
    // Nine o'clock in the morning; until 1 November that was an hour earlier in UTC.
    for (const hour of ["10-13T13", "10-20T13", "10-27T13", "11-03T14"]) {
      await call(customer, new Date(`2026-${hour}:30:00Z`), 100n);
    }
    await call(customer, metering.clock.now(), 2_000n);
    await goOn(2);
    assert.deepEqual(await account.told(), ["UsageSpiked"]);
    const [news = Buffer.alloc(0)] = await payloads(metering, account);
    assert.equal(UsageSpiked.decode(news).usualCalls, 100n);
  });
});
