import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { newId } from "@tollbook/domain";
import { applyEntitlement } from "../src/app/apply-entitlement.ts";
import type { LeaseAsk } from "../src/app/lease-request.ts";
import type { LimitTerms } from "../src/domain/usage-limit.ts";
import { reconcile } from "./reconcile.ts";
import { askOf, holdOf, TestAccount, type TestCustomer } from "./test-account.ts";
import { anotherProcess, START, testMetering } from "./test-metering.ts";
import { defineMeter, updateMeter } from "./test-meters.ts";

/** The next quarter hour. */
const LATER = new Date(START.getTime() + 900_000);
const HISTORY = { endpoint: "/v1/history/{city}" };
const weights = [{ endpointPattern: "/v1/history/*", weight: 5n }];

async function limited(
  account: TestAccount,
  meterId: string,
  terms: Partial<LimitTerms> = {},
  quota = 20n,
) {
  const customer = account.customer();
  const limit = account.limit(customer, quota, { meterId, ...terms });
  account.entitle(customer, { limits: [limit] });
  return { customer, limit };
}

/** A new gate's ask. */
async function ask(account: TestAccount, customer: TestCustomer, asked: Partial<LeaseAsk> = {}) {
  const gateId = newId();
  const { grants } = await account.acquireAll(gateId, [{ ...askOf(customer.keyId, 10), ...asked }]);
  const [grant] = grants;
  const [limit] = grant?.limits ?? [];
  return { gateId, calls: grant?.grantedCalls, cost: limit?.costPerCall, limit };
}

async function figures(account: TestAccount, customer: TestCustomer, limit: LimitTerms) {
  const { consumed, leased, remaining } = await account.quota(customer, limit);
  return { consumed, leased, remaining };
}

describe("a limit on a meter that counts", () => {
  it("is asked for what a call weighs, and consumes what the meter counts of it", async () => {
    const account = new TestAccount(await testMetering());
    const { meterId } = await defineMeter(account, { statusClasses: [2], weights });
    const { customer, limit } = await limited(account, meterId);
    const gate = await ask(account, customer, HISTORY);
    assert.deepEqual([gate.calls, gate.cost], [4, 5n]);
    const hold = holdOf(gate.gateId, gate.limit?.counter.counterId ?? "", 5n);
    await account.record([account.event(customer, { ...HISTORY, hold })]);
    await account.record([account.event(customer, { ...HISTORY, hold, status: 500 })]);
    const expected = { consumed: 5n, leased: 10n, remaining: 5n };
    assert.deepEqual(await figures(account, customer, limit), expected);
    const other = await ask(account, customer);
    assert.deepEqual([other.calls, other.cost], [5, 1n]);
    await reconcile(account);
  });

  it("costs nothing where the meter does not look", async () => {
    const account = new TestAccount(await testMetering());
    const { meterId } = await defineMeter(account, { endpointPatterns: ["POST /v1/history/*"] });
    const { customer, limit } = await limited(account, meterId, {}, 0n);
    for (const asked of [{}, HISTORY]) {
      const { calls, cost } = await ask(account, customer, asked);
      assert.deepEqual([calls, cost], [10, 0n]);
    }
    const post = { ...HISTORY, method: "POST" };
    assert.deepEqual([(await ask(account, customer, post)).calls], [0]);
    await account.record([account.cell(customer, 7n, HISTORY), account.cell(customer, 2n, post)]);
    assert.equal((await figures(account, customer, limit)).consumed, 2n);
    await reconcile(account);
  });

  it("begins in the middle of its window with what the meter counted", async () => {
    const metering = await testMetering();
    const account = new TestAccount(metering);
    const { meterId } = await defineMeter(account, { statusClasses: [2], weights });
    const { customer } = await limited(account, account.accountId, {}, 1_000n);
    await ask(account, customer);
    await account.record([account.cell(customer, 3n), account.cell(customer, 2n, HISTORY)]);
    await updateMeter(account, meterId, { weights: [] });
    metering.clock.travelTo(LATER);
    await account.record([
      account.cell(customer, 1n, HISTORY),
      account.cell(customer, 9n, { ...HISTORY, status: 404 }),
      account.cell(customer, 4n, { ...HISTORY, time: START }),
    ]);
    const limit = account.limit(customer, 100n, { meterId });
    await entitle(account, customer, [limit]);
    assert.equal((await figures(account, customer, limit)).consumed, 3n + 6n * 5n + 1n);
    await reconcile(account);
  });

  it("on calls leaves out failed ones if the account chose so", async () => {
    const metering = await testMetering();
    const account = new TestAccount(metering);
    const { customer, limit } = await limited(account, account.accountId);
    await ask(account, customer, { wantedCalls: 0 });
    await updateMeter(account, account.accountId, { statusClasses: [2, 3] });
    const both = () => [account.cell(customer, 2n), account.cell(customer, 3n, { status: 404 })];
    await account.record(both());
    metering.clock.travelTo(LATER);
    await account.record(both());
    assert.equal((await figures(account, customer, limit)).consumed, 7n);
    await reconcile(account);
  });
});

describe("a limit on a meter that sums", () => {
  it("is asked for the units that calls declare, and consumes them", async () => {
    const account = new TestAccount(await testMetering());
    const { meterId } = await defineMeter(account, { aggregation: "sum" });
    const { customer, limit } = await limited(account, meterId);
    const gate = await ask(account, customer, { unitsPerCall: 6n });
    assert.deepEqual([gate.calls, gate.cost], [3, 6n]);
    const hold = holdOf(gate.gateId, gate.limit?.counter.counterId ?? "", 6n);
    await account.record([account.event(customer, { units: 8n, hold })]);
    const expected = { consumed: 8n, leased: 12n, remaining: 0n };
    assert.deepEqual(await figures(account, customer, limit), expected);
    await reconcile(account);
  });

  it("of calls with a property holds for all, and consumes of those that have it", async () => {
    const metering = await testMetering();
    const account = new TestAccount(metering);
    const pro = { properties: { tier: "pro" } };
    const { meterId } = await defineMeter(account, { aggregation: "sum", ...pro });
    const { customer, limit } = await limited(account, meterId);
    await ask(account, customer, { wantedCalls: 0 });
    metering.clock.travelTo(LATER);
    assert.deepEqual((await ask(account, customer, { unitsPerCall: 5n })).calls, 4);
    await account.record([
      account.event(customer, { ...pro, units: 5n }),
      account.event(customer, { units: 5n }),
    ]);
    assert.equal((await figures(account, customer, limit)).consumed, 5n);
    const second = account.limit(customer, 100n, { meterId, window: "day" });
    await entitle(account, customer, [limit, second]);
    assert.equal((await figures(account, customer, second)).consumed, 5n);
    await reconcile(account);
  });
});

describe("a limit that no meter can keep", () => {
  it("is left out: on greatest or distinct values, or on a meter that is not there", async () => {
    const account = new TestAccount(await testMetering());
    const max = await defineMeter(account, { aggregation: "max" });
    for (const meterId of [max.meterId, newId()]) {
      const { customer, limit } = await limited(account, meterId, {}, 0n);
      const { calls, limit: applied } = await ask(account, customer);
      assert.deepEqual([calls, applied], [10, undefined]);
      await assert.rejects(account.quota(customer, limit), { reason: "LIMIT_NOT_FOUND" });
    }
  });
});

describe("a process that remembers old meters", () => {
  it("hears of a change made through another one before it grants or counts", async () => {
    const metering = await testMetering();
    const account = new TestAccount(metering);
    const { meterId } = await defineMeter(account, { aggregation: "count" });
    const { customer, limit } = await limited(account, meterId);
    await ask(account, customer, { wantedCalls: 0 });
    const other = { ...metering, app: anotherProcess(metering) };
    const through = Object.assign(Object.create(account), { metering: other });
    await updateMeter(through, meterId, { weights: [{ endpointPattern: "*", weight: 7n }] });
    const tall = await defineMeter(through, { name: "tallest", aggregation: "max" });
    metering.clock.travelTo(LATER);
    assert.deepEqual([(await ask(account, customer)).cost], [7n]);
    const receipt = await account.record([account.event(customer), account.cell(customer, 2n)]);
    assert.deepEqual(receipt.rejectedByReason, { CELL_NEEDS_EVENTS: 1 });
    assert.deepEqual(receipt.eventMeterIds, [tall.meterId]);
    assert.equal((await figures(account, customer, limit)).consumed, 7n);
    await reconcile(account);
  });

  it("counts nothing by halves while meters change", async () => {
    const metering = await testMetering();
    const account = new TestAccount(metering);
    const { meterId } = await defineMeter(account, {});
    const { customer, limit } = await limited(account, meterId, {}, 1_000n);
    await ask(account, customer, { wantedCalls: 0 });
    const send = async () => {
      for (let sent = 0; sent < 10; sent += 1) await account.record([account.cell(customer, 1n)]);
    };
    const change = async () => {
      for (let weight = 2n; weight < 12n; weight += 1n) {
        await updateMeter(account, meterId, { weights: [{ endpointPattern: "*", weight }] });
      }
    };
    await Promise.all([send(), send(), change(), send()]);
    assert.equal((await figures(account, customer, limit)).consumed, 30n);
    await reconcile(account);
  });
});

async function entitle(
  account: TestAccount,
  customer: TestCustomer,
  limits: readonly LimitTerms[],
): Promise<void> {
  const { needs, clock } = account.metering;
  await needs.storage.inAccount(account.accountId, (store) => {
    const told = account.entitlement(customer, { limits, version: 2n });
    return applyEntitlement(store, told, clock.now());
  });
}
