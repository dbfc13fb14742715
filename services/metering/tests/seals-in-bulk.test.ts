import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { newId } from "@tollbook/domain";
import { metering as meteringOn } from "../src/app/index.ts";
import type { Storage } from "../src/app/needs.ts";
import { reconcile } from "./reconcile.ts";
import { askOf, TestAccount } from "./test-account.ts";
import { type TestMetering, testMetering } from "./test-metering.ts";

const DAY_MS = 24 * 3_600_000;
/** More than one transaction seals. */
const CUSTOMERS = 130;

const metering = await testMetering();
const account = new TestAccount(metering);
const customers = Array.from({ length: CUSTOMERS }, () => account.customer());
for (const customer of customers) account.entitle(customer);
// The first is one that metering has not heard of yet.
const asks = customers.slice(1).map(({ keyId }) => askOf(keyId, 0));
await account.acquireAll(newId(), asks.slice(0, 100));
await account.acquireAll(newId(), asks.slice(100));
const { start, end } = account.month();
const references = customers.map(({ customerId, subscriptionId }) => {
  return { customerId, subscriptionId, startTime: start, endTime: end, splitTimes: [] };
});
/** The nth customer calls n times, the first ones at two endpoints and on two days. */
const used = customers.flatMap((customer, at) => {
  const time = new Date(start.getTime() + (at % 9) * DAY_MS);
  const more = { time: new Date(time.getTime() + DAY_MS), endpoint: "/v1/history/{city}" };
  const one = account.cell(customer, BigInt(at + 1), { time });
  return at < 5 ? [one, account.cell(customer, 1_000n, more)] : [one];
});
const callsOf = (at: number) => BigInt(at + 1 + (at > 0 && at < 5 ? 1_000 : 0));

/** Metering that cannot hash the usage of some subscriptions, if they are in a group. */
function unableToHash({ needs }: TestMetering, subscriptionIds: readonly string[]) {
  const tried: number[] = [];
  const storage: Storage = {
    ...needs.storage,
    inAccount: (accountId, work) => {
      return needs.storage.inAccount(accountId, (store) => {
        const digests: typeof store.seals.digests = async (periods) => {
          tried.push(periods.length);
          const bad = periods.some((one) => subscriptionIds.includes(one.subscriptionId));
          if (bad) throw new Error("these rollups are too many");
          return store.seals.digests(periods);
        };
        return work({ ...store, seals: { ...store.seals, digests } });
      });
    },
  };
  return { app: meteringOn({ ...needs, storage }), tried };
}

describe("periods sealed in bulk", () => {
  it("are sealed but for the ones that cannot be, which are told of and may come again", async () => {
    await account.record(used.slice(2));
    metering.clock.travelTo(new Date(end.getTime() + DAY_MS));
    const [bad, worse] = [customers[17], customers[120]].map((one) => one?.subscriptionId ?? "");
    const { app, tried } = unableToHash(metering, [bad ?? "", worse ?? ""]);
    const sealing = app.sealPeriods(account.accountId, references);
    await assert.rejects(sealing, { message: "these rollups are too many" });
    assert.ok(tried.length < 30, `${tried.length} transactions`);
    const text = `select subscription_id from billing_period
      where account_id = $1 and period_start = $2 and seal_number = 0`;
    const left = await metering.look(text, [account.accountId, start]);
    assert.deepEqual(
      left.map((row) => (row as { subscription_id: string }).subscription_id).sort(),
      [bad, worse].sort(),
    );
    assert.equal((await account.told()).length, CUSTOMERS - 2);
  });

  it("have each its own usage, seal and event, and one that is named twice has both alike", async () => {
    const again = [...references, ...references.slice(3, 5)];
    const sealed = await metering.app.sealPeriods(account.accountId, again);
    for (const [at, { period, seal, usage }] of sealed.entries()) {
      const nth = at < CUSTOMERS ? at : at - CUSTOMERS + 3;
      assert.equal(period.subscriptionId, customers[nth]?.subscriptionId);
      assert.equal(seal.sealNumber, 1);
      // The first has called nothing.
      const calls = nth === 0 ? 0n : callsOf(nth);
      assert.equal(seal.calls, calls, `of customer ${nth}`);
      assert.equal(
        usage.reduce((sum, { units }) => sum + units, 0n),
        calls,
      );
    }
    const hashes = sealed.map(({ seal }) => seal.usageSha256.toString("hex"));
    assert.equal(new Set(hashes).size, CUSTOMERS);
    const told = await account.told();
    assert.deepEqual([told.length, new Set(told)], [CUSTOMERS, new Set(["PeriodSealed"])]);
  });

  it("are sealed again only where usage came late", async () => {
    const [late] = [customers[40]].filter((one) => one !== undefined);
    if (late === undefined) throw new Error("there is no such customer");
    const time = new Date(end.getTime() - 60_000);
    await account.record([account.cell(late, 5n, { time })]);
    const sealed = await metering.app.sealPeriods(account.accountId, references);
    const numbers = sealed.map(({ seal }) => seal.sealNumber);
    assert.deepEqual(
      numbers.map((number, at) => (number === 2 ? at : -1)).filter((at) => at >= 0),
      [40],
    );
    assert.equal(sealed[40]?.seal.calls, callsOf(40) + 5n);
    assert.equal((await account.told()).length, CUSTOMERS + 1);
    for (const at of [3, 40]) {
      const reference = references[at];
      if (reference === undefined) throw new Error("there is no such period");
      const { app } = metering;
      const kept = await app.getSealedUsage(account.accountId, reference, undefined);
      assert.deepEqual(kept, sealed[at]);
    }
    await reconcile(account);
  });
});
