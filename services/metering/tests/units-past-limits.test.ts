import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { newId } from "@tollbook/domain";
import { needs } from "@tollbook/testing";
import { applyEntitlement } from "../src/app/apply-entitlement.ts";
import { strandExpiredLeases } from "../src/app/strand-expired-leases.ts";
import { reconcile } from "./reconcile.ts";
import { holdOf, TestAccount } from "./test-account.ts";
import { expireLeases, TestGate } from "./test-gate.ts";
import { testMetering } from "./test-metering.ts";
import { defineMeter } from "./test-meters.ts";

/** An account with a customer under one hard limit, and what operators are shown of it. */
async function limited(quota: bigint, terms = {}) {
  const metering = await testMetering();
  const account = new TestAccount(metering);
  const customer = account.customer();
  const limit = account.limit(customer, quota, terms);
  account.entitle(customer, { limits: [limit] });
  const metric = async (name: string) => {
    return (await metering.metrics.getSingleMetric(name)?.get())?.values ?? [];
  };
  const past = async () => {
    const values = await metric("tollbook_limit_units_past_total");
    return Object.fromEntries(values.map(({ labels, value }) => [labels.way, value]));
  };
  return { metering, account, customer, limit, past, metric };
}

describe("units that come past a hard limit are shown to operators", needs("postgres"), () => {
  it("if they held no lease, or were let through while metering was away", async () => {
    const { account, customer, past } = await limited(10n);
    await account.acquire(newId(), customer, 0);
    const batch = { batchId: newId() };
    const items = [account.cell(customer, 7n), account.event(customer, { failedOpen: true })];
    for (let times = 0; times < 3; times += 1) await account.record(items, batch);
    assert.deepEqual(await past(), { "no-lease": 7, "failed-open": 1 });
    await account.record([account.cell(customer, 4n, { refused: true }), ...items.slice(1)]);
    assert.deepEqual(await past(), { "no-lease": 7, "failed-open": 1 }, "nothing was counted");
  });

  it("if an event was rejected, gave its room back, and is counted after all", async () => {
    const { account, customer, past } = await limited(10n);
    const gateId = newId();
    const { grants } = await account.acquire(gateId, customer, 10);
    const counterId = grants[0]?.limits[0]?.counter.counterId ?? "";
    const call = account.event(customer, { hold: holdOf(gateId, counterId, 2n) });
    await account.record([{ ...call, method: "bad" }]);
    assert.deepEqual(await past(), {});
    for (let times = 0; times < 2; times += 1) await account.record([call]);
    assert.deepEqual(await past(), { "no-lease": 1 });
    await reconcile(account);
  });

  it("and not if a soft limit lets them, or if they held what they cost", async () => {
    const soft = await limited(10n, { hard: false });
    await soft.account.acquire(newId(), soft.customer, 0);
    await soft.account.record([soft.account.cell(soft.customer, 40n)]);
    assert.deepEqual(await soft.past(), {});
    const { account, customer, past } = await limited(10n);
    const gate = new TestGate(account);
    await gate.ask(customer, 10);
    while (gate.admit(customer));
    await gate.record();
    assert.deepEqual(await past(), {});
  });

  it("if a call turned out to cost more than it held, whatever others held too much", async () => {
    const { account, customer, past } = await limited(10n);
    const { meterId } = await defineMeter(account, { aggregation: "sum" });
    const limit = account.limit(customer, 100n, { meterId, window: "day" });
    account.entitle(customer, { limits: [limit] });
    const gateId = newId();
    const { grants } = await account.acquire(gateId, customer, 20);
    const counterId = grants[0]?.limits[0]?.counter.counterId ?? "";
    const call = (units: bigint, held: bigint) => {
      return account.event(customer, { units, hold: holdOf(gateId, counterId, held) });
    };
    await account.record([call(5n, 2n), call(1n, 9n), call(3n, 3n)]);
    assert.deepEqual(await past(), { "declared-later": 3 });
    await reconcile(account);
  });

  it("if the limit went down below what was used and held", async () => {
    const { metering, account, customer, limit, past } = await limited(100n);
    const gate = new TestGate(account);
    await gate.ask(customer, 45);
    for (let call = 0; call < 20; call += 1) gate.admit(customer);
    await gate.record();
    const change = async (quota: bigint, version: bigint) => {
      const told = account.entitle(customer, { limits: [{ ...limit, quota }], version });
      await metering.needs.storage.inAccount(account.accountId, (store) => {
        return applyEntitlement(store, told, metering.clock.now());
      });
      return past();
    };
    assert.deepEqual(await change(60n, 2n), {});
    assert.deepEqual(await change(30n, 3n), { "limit-lowered": 15 });
    assert.deepEqual(await change(25n, 4n), { "limit-lowered": 20 });
    assert.deepEqual(await change(90n, 5n), { "limit-lowered": 20 });
  });

  it("if they were used of what somebody else was given meanwhile", async () => {
    const { metering, account, customer, limit, past, metric } = await limited(100n);
    const gate = new TestGate(account);
    await gate.ask(customer, 60);
    for (let call = 0; call < 20; call += 1) gate.admit(customer);
    await expireLeases(account);
    await strandExpiredLeases(metering.needs);
    await metering.app.reconciler.turn();
    assert.equal((await metric("tollbook_lease_stranded_units"))[0]?.value, 60);
    const name = { ...customer, limitId: limit.limitId, subjectId: "" };
    const voucher = { memberId: newId(), requestId: "" };
    await metering.needs.storage.inAccount(account.accountId, (store) => {
      return metering.app.releaseStranded(store, name, voucher);
    });
    // One of them is rejected: its unit was no more there than the others', and it counts nothing.
    const [bad, ...late] = gate.admitted.splice(0, 15);
    assert.ok(bad);
    await account.record([{ ...bad, method: "bad" }, ...late]);
    assert.deepEqual(await past(), { reclaimed: 14 });
    await gate.ask(customer, 30); // it hears that what it had is gone
    await gate.ask(customer, 30);
    assert.ok(gate.admit(customer, { method: "bad" }));
    await gate.record();
    assert.deepEqual(await past(), { reclaimed: 18 });
    gate.admit(customer);
    await gate.record();
    assert.deepEqual(await past(), { reclaimed: 18 }, "all 20 have come back");
    await reconcile(account);
  });
});
