import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { QuotaExhausted, QuotaThresholdCrossed } from "@tollbook/contracts/metering/v1/events";
import { applyEntitlement } from "../src/app/apply-entitlement.ts";
import type { ToldEntitlement } from "../src/app/reference-store.ts";
import type { LimitTerms } from "../src/domain/usage-limit.ts";
import { reconcile } from "./reconcile.ts";
import { TestAccount } from "./test-account.ts";
import { TestGate } from "./test-gate.ts";
import { testMetering } from "./test-metering.ts";

const metering = await testMetering();

/** A customer with a limit that metering knows of. */
async function known(quota: bigint, terms: Partial<LimitTerms> = {}, told = {}) {
  const account = new TestAccount(metering);
  const customer = account.customer();
  const limit = account.limit(customer, quota, terms);
  account.entitle(customer, { limits: [limit], ...told });
  await new TestGate(account).ask(customer, 0);
  const count = (calls: bigint) => account.record([account.cell(customer, calls)]);
  return { account, customer, limit, count };
}

/** Billing tells of a change, as an event. */
async function change(account: TestAccount, entitlement: ToldEntitlement) {
  const { storage, clock } = metering.needs;
  await storage.inAccount(account.accountId, (store) => {
    return applyEntitlement(store, entitlement, clock.now());
  });
}

async function payloads(account: TestAccount) {
  const text = "select type, payload from outbox where account_id = $1 order by number";
  return metering.look<{ type: string; payload: Buffer }>(text, [account.accountId]);
}

describe("thresholds", () => {
  it("are told once each: 80 %, then used up", async () => {
    const { account, count } = await known(100n);
    for (const calls of [79n, 1n, 5n, 14n, 1n, 50n]) await count(calls);
    assert.deepEqual(await account.told(), ["QuotaThresholdCrossed", "QuotaExhausted"]);
    await reconcile(account);
  });

  it("say what was used of what, and when it resets", async () => {
    const { account, customer, limit, count } = await known(100n);
    await count(85n);
    await count(20n);
    const [crossed, exhausted] = await payloads(account);
    const news = QuotaThresholdCrossed.decode(crossed?.payload ?? Buffer.alloc(0));
    const { customerId, limitId, limitName, percent, used, limit: of, limitVersion } = news;
    assert.deepEqual(
      [customerId, limitId, limitName],
      [customer.customerId, limit.limitId, limit.name],
    );
    assert.deepEqual([percent, used, of, limitVersion], [80, 85n, 100n, 1n]);
    assert.deepEqual(
      [news.windowStartTime, news.resetTime],
      [account.month().start, account.month().end],
    );
    assert.equal(QuotaExhausted.decode(exhausted?.payload ?? Buffer.alloc(0)).used, 105n);
  });

  it("jumped over are not told: from 70 to 105 % it is used up, no more", async () => {
    const { account, count } = await known(100n);
    await count(70n);
    await count(35n);
    await count(10n);
    assert.deepEqual(await account.told(), ["QuotaExhausted"]);
  });

  it("of a plan's own are told, above 100 % too", async () => {
    const { account, count } = await known(100n, { hard: false }, { thresholdPercents: [50, 150] });
    for (const calls of [60n, 30n, 20n, 50n]) await count(calls);
    const percents = (await payloads(account)).map(({ type, payload }) => {
      return type.endsWith("QuotaExhausted") ? 100 : QuotaThresholdCrossed.decode(payload).percent;
    });
    assert.deepEqual(percents, [50, 100, 150]);
  });

  it("are told once by many batches at once", async () => {
    const { account, count } = await known(100n);
    await Promise.all(Array.from({ length: 30 }, () => count(5n)));
    const told = await account.told();
    assert.equal(told.filter((type) => type === "QuotaExhausted").length, 1);
    assert.ok(told.filter((type) => type === "QuotaThresholdCrossed").length <= 1);
    await reconcile(account);
  });

  it("passed by test keys alarm nobody", async () => {
    const account = new TestAccount(metering);
    const customer = account.customer({ test: true });
    account.entitle(customer, { limits: [account.limit(customer, 10n)] });
    await new TestGate(account).ask(customer, 0);
    await account.record([account.cell(customer, 50n)]);
    await new TestGate(account).ask(customer, 5);
    assert.deepEqual(await account.told(), []);
    await reconcile(account);
  });
});

describe("used up", () => {
  it("is told at the first refused grant, once, and 80 % is not told after it", async () => {
    const { account, customer, count } = await known(100n);
    await new TestGate(account).ask(customer, 100);
    const late = new TestGate(account);
    for (let times = 0; times < 3; times += 1) await late.ask(customer, 1);
    assert.deepEqual(await account.told(), ["QuotaExhausted"]);
    await count(85n);
    await count(20n);
    assert.deepEqual(await account.told(), ["QuotaExhausted"]);
  });

  it("is told once, when counting came first", async () => {
    const { account, customer, count } = await known(100n);
    await count(100n);
    for (let times = 0; times < 3; times += 1) await new TestGate(account).ask(customer, 1);
    assert.deepEqual(await account.told(), ["QuotaExhausted"]);
  });

  it("is told of a limit of nothing, at the first call that is refused", async () => {
    const { account, customer } = await known(0n);
    for (let times = 0; times < 3; times += 1) await new TestGate(account).ask(customer, 1);
    assert.deepEqual(await account.told(), ["QuotaExhausted"]);
  });
});

describe("a limit that changes", () => {
  it("upwards is felt by the next ask, keeps its count and tells nothing passed before", async () => {
    const { account, customer, limit, count } = await known(100n);
    await count(90n);
    const raised = { ...limit, quota: 105n };
    await change(account, account.entitlement(customer, { limits: [raised], version: 2n }));
    const { grantedCalls, limits } = await new TestGate(account).ask(customer, 50);
    assert.deepEqual([grantedCalls, limits[0]?.limit.version], [15, 2n]);
    await count(5n);
    assert.deepEqual(await account.told(), ["QuotaThresholdCrossed"]);
    await count(10n);
    assert.deepEqual(await account.told(), ["QuotaThresholdCrossed", "QuotaExhausted"]);
    await reconcile(account);
  });

  it("downwards tells the highest threshold it has passed now", async () => {
    const { account, customer, limit, count } = await known(1_000n);
    await count(500n);
    const lowered = { ...limit, quota: 550n };
    await change(account, account.entitlement(customer, { limits: [lowered], version: 2n }));
    assert.deepEqual(await account.told(), ["QuotaThresholdCrossed"]);
    const below = { ...limit, quota: 400n };
    await change(account, account.entitlement(customer, { limits: [below], version: 3n }));
    assert.deepEqual(await account.told(), ["QuotaThresholdCrossed", "QuotaExhausted"]);
    assert.equal((await new TestGate(account).ask(customer, 1)).grantedCalls, 0);
  });

  it("not at all stays the version it was, and tells nothing again", async () => {
    const { account, customer, limit, count } = await known(100n);
    await count(90n);
    await change(account, account.entitlement(customer, { limits: [limit], version: 5n }));
    await count(5n);
    const { limits } = await new TestGate(account).ask(customer, 0);
    assert.equal(limits[0]?.limit.version, 1n);
    assert.deepEqual(await account.told(), ["QuotaThresholdCrossed"]);
  });

  it("by older news is not changed", async () => {
    const { account, customer, limit } = await known(100n);
    const entitlement = (quota: bigint, version: bigint, revision: bigint) => {
      return account.entitlement(customer, { limits: [{ ...limit, quota }], version, revision });
    };
    await change(account, entitlement(300n, 3n, 1n));
    await change(account, entitlement(200n, 2n, 9n));
    await change(account, entitlement(250n, 3n, 1n));
    assert.equal((await account.quota(customer, limit)).limit.quota, 300n);
  });

  it("back and forth with its plan keeps the count", async () => {
    const { account, customer, limit, count } = await known(100n);
    await count(40n);
    const other = account.limit(customer, 1_000n, { name: "other" });
    await change(account, account.entitlement(customer, { limits: [other], version: 2n }));
    await count(20n);
    await change(account, account.entitlement(customer, { limits: [limit], version: 3n }));
    assert.equal((await account.quota(customer, limit)).consumed, 60n);
    await reconcile(account);
  });

  it("from none to one in the middle of a month starts with what was used in it", async () => {
    const { account, customer, count } = await known(0n, {}, { limits: [] });
    await count(70n);
    const daily = account.limit(customer, 75n, { window: "day" });
    await change(account, account.entitlement(customer, { limits: [daily], version: 2n }));
    assert.equal((await new TestGate(account).ask(customer, 50)).grantedCalls, 5);
    assert.deepEqual(await account.told(), ["QuotaThresholdCrossed"]);
    await reconcile(account);
  });

  it("while batches are counted misses none of them and counts none twice", async () => {
    const { account, customer, count } = await known(0n, {}, { limits: [] });
    await count(1n);
    const batches = Array.from({ length: 40 }, () => count(1n));
    const total = account.limit(customer, 1_000n, { window: "total" });
    await change(account, account.entitlement(customer, { limits: [total], version: 2n }));
    await Promise.all(batches);
    await Promise.all(Array.from({ length: 10 }, () => count(1n)));
    assert.equal((await account.quota(customer, total)).consumed, 51n);
    await reconcile(account);
  });
});

describe("a soft limit", () => {
  it("needs no lease and lets everything through", async () => {
    const { account, customer, limit, count } = await known(10n, { hard: false });
    await count(50n);
    const { grantedCalls, limits } = await new TestGate(account).ask(customer, 200);
    assert.equal(grantedCalls, 200);
    assert.deepEqual([limits[0]?.exhausted, limits[0]?.remaining], [false, 0n]);
    assert.equal((await account.quota(customer, limit)).consumed, 50n);
    assert.deepEqual(await account.told(), ["QuotaExhausted"]);
  });
});

describe("headroom", () => {
  it("lets a hard limit refuse only past it, and tells used up at the limit itself", async () => {
    const { account, customer, count } = await known(100n, { headroomPercent: 20 });
    await count(100n);
    assert.deepEqual(await account.told(), ["QuotaExhausted"]);
    assert.equal((await new TestGate(account).ask(customer, 100)).grantedCalls, 20);
  });
});
