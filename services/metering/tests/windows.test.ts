import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { dayContaining, hourContaining, type Window } from "@tollbook/domain";
import { applyEntitlement } from "../src/app/apply-entitlement.ts";
import { reconcile } from "./reconcile.ts";
import { askOf, TestAccount, ZONE } from "./test-account.ts";
import { TestGate } from "./test-gate.ts";
import { anotherProcess, testMetering } from "./test-metering.ts";

describe("windows of a limit", () => {
  const windows: Window[] = ["minute", "hour", "day", "month", "period", "total"];
  for (const window of windows) {
    it(`${window}: counts, refuses, and resets where the calendar in India says`, async () => {
      const metering = await testMetering();
      const account = new TestAccount(metering);
      const customer = account.customer();
      const limit = account.limit(customer, 10n, { window });
      account.entitle(customer, { limits: [limit] });
      const gate = new TestGate(account);
      assert.equal((await gate.ask(customer, 50)).grantedCalls, 10);
      while (gate.admit(customer));
      await gate.record();
      const { grantedCalls, limits } = await gate.ask(customer, 50);
      const end = limits[0]?.counter.span.end ?? new Date(0);
      assert.equal(grantedCalls, 0);
      if (window === "total") return;
      if (window === "hour") assert.deepEqual(end, hourContaining(metering.clock.now(), ZONE).end);
      if (window === "day") assert.deepEqual(end, dayContaining(metering.clock.now(), ZONE).end);
      metering.clock.travelTo(end);
      assert.equal((await new TestGate(account).ask(customer, 50)).grantedCalls, 10);
      await reconcile(account);
    });
  }

  it("that end end their leases: the gate hears it and asks for the new window", async () => {
    const metering = await testMetering();
    const account = new TestAccount(metering);
    const customer = account.customer();
    const limit = account.limit(customer, 100n, { window: "day" });
    account.entitle(customer, { limits: [limit] });
    const gate = new TestGate(account);
    await gate.ask(customer, 60);
    gate.admit(customer);
    metering.clock.travelTo(dayContaining(metering.clock.now(), ZONE).end);
    const { leases } = await gate.askAndLose(customer, 30);
    assert.deepEqual(
      leases.map(({ grantedTotal, expiresInMs }) => [grantedTotal, expiresInMs > 0]).sort(),
      [
        [30n, true],
        [60n, true],
      ],
    );
    await reconcile(account);
  });

  it("of an hour do not count what is more than two days late", async () => {
    const metering = await testMetering();
    const account = new TestAccount(metering);
    const customer = account.customer();
    const limits = (["hour", "month"] as const).map((window) =>
      account.limit(customer, 9n, { window }),
    );
    account.entitle(customer, { limits });
    await new TestGate(account).ask(customer, 0);
    const time = new Date(metering.clock.now().getTime() - 3 * 24 * 3_600_000);
    await account.record([account.event(customer, { time })]);
    const text = "select window_name from counter where account_id = $1 and consumed > 0";
    const rows = await metering.look<{ window_name: string }>(text, [account.accountId]);
    assert.deepEqual(rows, [{ window_name: "month" }]);
  });

  it("long over are dropped with their leases", async () => {
    const metering = await testMetering();
    const account = new TestAccount(metering);
    const customer = account.customer();
    const limits = (["minute", "day", "total"] as const).map((window) => {
      return account.limit(customer, 90n, { window });
    });
    account.entitle(customer, { limits });
    await new TestGate(account).ask(customer, 5);
    const left = async () => {
      const text = "select window_name from counter where account_id = $1 order by window_name";
      const rows = await metering.look<{ window_name: string }>(text, [account.accountId]);
      return rows.map((row) => row.window_name);
    };
    const { storage, clock } = metering.needs;
    const later = (days: number) => new Date(clock.now().getTime() + days * 24 * 3_600_000);
    await storage.dropOldCounters(later(3));
    assert.deepEqual(await left(), ["day", "total"]);
    await storage.dropOldCounters(later(40));
    assert.deepEqual(await left(), ["total"]);
    const leases = await metering.look("select 1 from lease where account_id = $1", [
      account.accountId,
    ]);
    assert.equal(leases.length, 1);
  });
});

describe("what cannot be known", () => {
  it("is answered unknown while billing is away, and known when it is back", async () => {
    const metering = await testMetering();
    const account = new TestAccount(metering);
    const customer = account.customer();
    account.entitle(customer, { limits: [account.limit(customer, 10n)] });
    const gate = new TestGate(account);
    metering.neighbours.billingAway = true;
    assert.equal((await gate.ask(customer, 5)).unknown, true);
    metering.neighbours.billingAway = false;
    assert.deepEqual((await gate.ask(customer, 50)).grantedCalls, 10);
  });

  it("is answered unknown for a customer billing has not heard of", async () => {
    const metering = await testMetering();
    const account = new TestAccount(metering);
    const customer = account.customer();
    metering.neighbours.customers.delete(customer.customerId);
    assert.equal((await new TestGate(account).ask(customer, 5)).unknown, true);
  });

  it("is answered unknown while the billing period has not been told", async () => {
    const metering = await testMetering();
    const account = new TestAccount(metering);
    const customer = account.customer();
    const limits = [account.limit(customer, 10n, { window: "period" })];
    account.entitle(customer, { limits, periods: [] });
    assert.equal((await new TestGate(account).ask(customer, 5)).unknown, true);
  });

  it("is asked once: no limits are no limits until billing says otherwise", async () => {
    const metering = await testMetering();
    const account = new TestAccount(metering);
    const customer = account.customer();
    const gate = new TestGate(account);
    const { grantedCalls, limits, unknown } = await gate.ask(customer, 500);
    assert.deepEqual([grantedCalls, limits, unknown], [500, [], false]);
    const { asked } = metering.neighbours;
    await gate.ask(customer, 500);
    const request = {
      gateId: gate.gateId,
      asks: [askOf(customer.keyId, 5)],
      known: [],
      shares: [],
    };
    await anotherProcess(metering).acquireLeases(account.accountId, request);
    assert.equal(metering.neighbours.asked, asked);
  });
});

describe("a process that remembers old limits", () => {
  it("hears of a change made through another one before it grants or counts", async () => {
    const metering = await testMetering();
    const account = new TestAccount(metering);
    const customer = account.customer();
    const limit = account.limit(customer, 10n);
    account.entitle(customer, { limits: [limit] });
    await new TestGate(account).ask(customer, 0);
    const more = [{ ...limit, quota: 20n }, account.limit(customer, 15n, { window: "day" })];
    await metering.needs.storage.inAccount(account.accountId, (store) => {
      const entitlement = account.entitlement(customer, { limits: more, version: 2n });
      return applyEntitlement(store, entitlement, metering.clock.now());
    });
    await account.record([account.cell(customer, 3n)]);
    assert.equal((await new TestGate(account).ask(customer, 50)).grantedCalls, 12);
    await reconcile(account);
  });
});
